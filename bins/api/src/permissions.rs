//! Who may call what: the one table, which the checks use and a test walks.

use actix_web::http::Method;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever reaches the server; credentials are not even looked at.
    Anyone,
    /// Whoever calls from an address of `METRICS_ALLOWED_ADDRESSES`; credentials are not even looked at.
    Monitor,
    /// Whoever is logged in; which rows they see is decided by the use-case, and others' are not found.
    Member,
    /// Staff and admins.
    Staff,
    /// Admins and superusers.
    Admin,
    /// Superusers alone.
    Superuser,
}

impl Who {
    /// True when an access token has to come along.
    pub fn wants_token(self) -> bool {
        !matches!(self, Self::Anyone | Self::Monitor)
    }

    /// True when this person's role may call the route.
    pub fn admits(self, actor: &app::Actor) -> bool {
        match self {
            Self::Anyone | Self::Monitor | Self::Member => true,
            Self::Staff => actor.is_staff(),
            Self::Admin => actor.is_admin(),
            Self::Superuser => actor.is_superuser,
        }
    }
}

/// What staff may call before they have shown their second factor, where one is required.
pub const WITHOUT_SECOND_FACTOR: &[&str] = &[
    "/api/auth/totp/enroll/",
    "/api/auth/totp/verify/",
    "/api/auth/logout/",
    "/api/auth/logout-all/",
    "/api/users/profile/",
];

use Who::{Admin, Anyone, Member, Monitor, Staff, Superuser};

/// Every route with its method, in the order of its group.
#[rustfmt::skip]
pub const TABLE: &[(&str, &str, Who)] = &[
    ("GET",   "/api/",                                      Anyone),
    ("GET",   "/api/schema/",                               Anyone),
    ("GET",   "/api/docs/",                                 Anyone),
    ("GET",   "/api/docs/{file}/",                          Anyone),
    ("GET",   "/health/",                                   Anyone),
    ("GET",   "/health/ready/",                             Anyone),
    ("GET",   "/metrics",                                   Monitor),
    ("GET",   "/media/{token}",                             Anyone),

    ("POST",  "/api/auth/send-otp/",                        Anyone),
    ("POST",  "/api/auth/verify-otp/",                      Anyone),
    ("POST",  "/api/auth/refresh/",                         Anyone),
    ("POST",  "/api/auth/logout/",                          Member),
    ("POST",  "/api/auth/logout-all/",                      Member),
    ("POST",  "/api/auth/signup/",                          Anyone),
    ("POST",  "/api/auth/verify-signup-otp/",               Anyone),
    ("POST",  "/api/auth/create-admin/",                    Superuser),
    ("POST",  "/api/auth/create-staff/",                    Admin),
    ("POST",  "/api/auth/totp/enroll/",                     Staff),
    ("POST",  "/api/auth/totp/verify/",                     Staff),

    ("GET",   "/api/users/",                                Member),
    ("GET",   "/api/users/{id}/",                           Member),
    ("GET",   "/api/users/me/export/",                      Member),
    ("POST",  "/api/users/{id}/anonymise/",                 Admin),
    ("GET",   "/api/users/profile/",                        Member),
    ("PUT",   "/api/users/update_profile/",                 Member),
    ("PATCH", "/api/users/update_profile/",                 Member),
    ("GET",   "/api/users/kyc/",                            Member),
    ("POST",  "/api/users/kyc/",                            Member),
    ("GET",   "/api/users/kyc/{id}/",                       Member),
    ("PATCH", "/api/users/kyc/{id}/",                       Member),
    ("POST",  "/api/users/kyc/{id}/approve/",               Staff),
    ("POST",  "/api/users/kyc/{id}/reject/",                Staff),
    ("GET",   "/api/users/nominee/",                        Member),
    ("POST",  "/api/users/nominee/",                        Member),
    ("PUT",   "/api/users/nominee/",                        Member),
    ("PATCH", "/api/users/nominee/",                        Member),
    ("GET",   "/api/users/nominee/{id}/",                   Member),
    ("PUT",   "/api/users/nominee/{id}/",                   Member),
    ("PATCH", "/api/users/nominee/{id}/",                   Member),
    ("DELETE", "/api/users/nominee/{id}/",                  Member),

    ("GET",   "/api/booking/bookings/",                     Member),
    ("POST",  "/api/booking/bookings/",                     Member),
    ("GET",   "/api/booking/bookings/{id}/",                Member),
    ("GET",   "/api/booking/bookings/{id}/emi_schedule/",   Member),
    ("POST",  "/api/booking/bookings/{id}/cancel/",         Member),
    ("POST",  "/api/booking/bookings/{id}/make_payment/",   Member),
    ("GET",   "/api/booking/payments/",                     Member),
    ("GET",   "/api/booking/payments/{id}/",                Member),
    ("POST",  "/api/booking/payments/{id}/confirm/",        Admin),
    ("POST",  "/api/booking/payments/{id}/fail/",           Admin),

    ("GET",   "/api/wallet/",                               Member),
    ("GET",   "/api/wallet/my_wallet/",                     Member),
    ("GET",   "/api/wallet/{id}/",                          Member),
    ("GET",   "/api/wallet/transactions/",                  Member),
    ("GET",   "/api/wallet/transactions/{id}/",             Member),
    ("GET",   "/api/wallet/transactions/{id}/why/",         Member),

    ("GET",   "/api/binary/nodes/",                         Member),
    ("GET",   "/api/binary/nodes/my_tree/",                 Member),
    ("GET",   "/api/binary/nodes/{id}/",                    Member),
    ("GET",   "/api/binary/pairs/",                         Member),
    ("GET",   "/api/binary/pairs/{id}/",                    Member),
    ("GET",   "/api/binary/pairs/{id}/why/",                Member),
    ("POST",  "/api/binary/pairs/check_pairs/",             Member),
    ("GET",   "/api/binary/earnings/",                      Member),
    ("GET",   "/api/binary/earnings/{id}/",                 Member),

    ("GET",   "/api/payout/",                               Member),
    ("POST",  "/api/payout/",                               Member),
    ("GET",   "/api/payout/{id}/",                          Member),
    ("POST",  "/api/payout/{id}/process/",                  Admin),
    ("POST",  "/api/payout/{id}/complete/",                 Admin),
    ("POST",  "/api/payout/{id}/reject/",                   Admin),
    ("POST",  "/api/payout/{id}/fail/",                     Admin),
    ("POST",  "/api/payout/{id}/cancel/",                   Member),
    ("GET",   "/api/payout/transactions/",                  Member),
    ("GET",   "/api/payout/transactions/{id}/",             Member),

    ("GET",   "/api/notifications/",                        Member),
    ("GET",   "/api/notifications/{id}/",                   Member),
    ("POST",  "/api/notifications/{id}/mark_read/",         Member),
    ("POST",  "/api/notifications/mark_all_read/",          Member),
    ("GET",   "/api/notifications/unread_count/",           Member),

    ("GET",   "/api/compliance/documents/",                 Member),
    ("POST",  "/api/compliance/documents/",                 Member),
    ("GET",   "/api/compliance/documents/{id}/",            Member),
    ("POST",  "/api/compliance/documents/{id}/verify/",     Staff),
    ("DELETE", "/api/compliance/documents/{id}/",           Member),
    ("GET",   "/api/compliance/tds/",                       Member),
    ("GET",   "/api/compliance/tds/{id}/",                  Member),

    ("GET",   "/api/reports/dashboard/",                    Member),
    ("GET",   "/api/reports/sales/",                        Admin),
    ("GET",   "/api/reports/user/",                         Member),
    ("GET",   "/api/reports/wallet/",                       Member),

    ("GET",   "/api/audit/",                                Admin),
];

/// Who may call this route, if the table knows it.
pub fn who(method: &Method, path: &str) -> Option<Who> {
    TABLE.iter().find(|row| row.0 == method.as_str() && row.1 == path).map(|row| row.2)
}
