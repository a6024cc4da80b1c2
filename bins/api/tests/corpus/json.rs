//! A plain reader of JSON objects, letter by letter, that keeps what a form may look at.

/// Lists and objects within each other, at most, the outermost included.
const DEPTH: usize = 127;

/// A value as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    Nested,
}

/// A name and its value.
pub type Field = (String, Plain);

/// The fields in the order in which they stand there, and whether an object in it has a name by which the platform's
/// reader passes numbers on inside itself; `None` where the bytes are no JSON object.
pub fn object(bytes: &[u8]) -> Option<(Vec<Field>, bool)> {
    let mut reader = Reader { rest: bytes, has_private_name: false };
    reader.blanks();
    let fields = reader.object(1)?;
    reader.blanks();
    reader.rest.is_empty().then_some((fields, reader.has_private_name))
}

struct Reader<'a> {
    rest: &'a [u8],
    has_private_name: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &[u8] {
        let end = self.rest.iter().position(|&byte| !wanted(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn blanks(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn object(&mut self, depth: usize) -> Option<Vec<Field>> {
        let mut fields = Vec::new();
        self.members(depth, b"{", b"}", |reader| {
            let name = reader.text()?;
            reader.has_private_name |= name.starts_with("$serde_json::private::");
            reader.blanks();
            reader.take(b":")?;
            reader.blanks();
            fields.push((name, reader.value(depth)?));
            Some(())
        })?;
        Some(fields)
    }

    fn members(
        &mut self,
        depth: usize,
        open: &[u8],
        close: &[u8],
        mut member: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        if depth > DEPTH {
            return None;
        }
        self.blanks();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            self.blanks();
            member(self)?;
            self.blanks();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b",")?;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Plain> {
        match self.rest.first()? {
            b'{' => self.object(depth + 1).map(|_| Plain::Nested),
            b'[' => {
                self.members(depth + 1, b"[", b"]", |reader| reader.value(depth + 1).map(drop))?;
                Some(Plain::Nested)
            }
            b'"' => self.text().map(Plain::Text),
            b'n' => self.take(b"null").map(|()| Plain::Null),
            b't' => self.take(b"true").map(|()| Plain::Bool(true)),
            b'f' => self.take(b"false").map(|()| Plain::Bool(false)),
            _ => self.number().map(Plain::Number),
        }
    }

    fn number(&mut self) -> Option<String> {
        let before = self.rest;
        let _ = self.take(b"-");
        if self.take(b"0").is_none() {
            self.digits()?;
        }
        if self.take(b".").is_some() {
            self.digits()?;
        }
        if self.take(b"e").or_else(|| self.take(b"E")).is_some() {
            let _ = self.take(b"+").or_else(|| self.take(b"-"));
            self.digits()?;
        }
        let written = &before[..before.len() - self.rest.len()];
        String::from_utf8(written.to_vec()).ok()
    }

    fn digits(&mut self) -> Option<()> {
        (!self.take_while(|byte| byte.is_ascii_digit()).is_empty()).then_some(())
    }

    fn text(&mut self) -> Option<String> {
        self.take(b"\"")?;
        let mut text = String::new();
        loop {
            let plain = self.take_while(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\'));
            text.push_str(std::str::from_utf8(plain).ok()?);
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            letter @ (b'"' | b'\\' | b'/') => letter.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut units = vec![self.unit()?];
                if (0xd800..0xdc00).contains(&units[0]) {
                    self.take(b"\\u")?;
                    units.push(self.unit()?);
                }
                return char::decode_utf16(units).next()?.ok();
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u16> {
        (0..4).try_fold(0, |unit, _| {
            let digit = char::from(self.next()?).to_digit(16)?;
            Some(unit * 16 + u16::try_from(digit).ok()?)
        })
    }
}
