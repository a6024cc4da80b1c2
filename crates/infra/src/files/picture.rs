//! Pictures are read and written anew, so that of what was sent only what can be seen is kept: no place where a photo
//! was taken, nothing behind the picture or between its parts.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};

use super::{FileFault, FileType};

/// The most pixels of a picture: a phone's photo of 48 million is taken.
const MOST_PIXELS: u64 = 50_000_000;
/// The most pixels of a side.
const LONGEST_SIDE: u32 = 20_000;
/// The most bytes of a picture that is unpacked: every pixel with four bytes.
const MOST_BYTES: u64 = 4 * MOST_PIXELS;
/// How much of a photo is kept, of 100; at 90 nobody sees the difference.
const QUALITY: u8 = 90;

/// The picture written anew, and what it is then: a JPEG stays one, a PNG too, and a WebP becomes a PNG where it lets
/// something shine through and a JPEG where not.
///
/// # Errors
/// [`FileFault::Broken`] for what is no such picture, [`FileFault::TooManyPixels`] before it is unpacked.
pub(super) fn written_anew(file_type: FileType, content: &[u8]) -> Result<(FileType, Vec<u8>), FileFault> {
    let format = match file_type {
        FileType::Jpeg => ImageFormat::Jpeg,
        FileType::Png => ImageFormat::Png,
        FileType::Webp => ImageFormat::WebP,
        FileType::Pdf => return Err(FileFault::UnknownType),
    };
    let picture = read(format, content)?;
    let becomes_jpeg = match file_type {
        FileType::Jpeg => true,
        FileType::Webp => !picture.color().has_alpha(),
        FileType::Png | FileType::Pdf => false,
    };
    let mut written = Vec::new();
    let outcome = if becomes_jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut written, QUALITY);
        plain(picture, false).write_with_encoder(encoder)
    } else {
        plain(picture, true).write_with_encoder(PngEncoder::new(&mut written))
    };
    outcome.map_err(|_| FileFault::Broken)?;
    Ok((if becomes_jpeg { FileType::Jpeg } else { FileType::Png }, written))
}

/// The picture, turned as its camera was held; what it says of itself is believed only as far as the limits.
fn read(format: ImageFormat, content: &[u8]) -> Result<DynamicImage, FileFault> {
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| fault_of(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > MOST_PIXELS || decoder.total_bytes() > MOST_BYTES {
        return Err(FileFault::TooManyPixels);
    }
    // a picture that doesn't say how it was held is upright
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| fault_of(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn fault_of(error: &image::ImageError) -> FileFault {
    match error {
        image::ImageError::Limits(_) => FileFault::TooManyPixels,
        _ => FileFault::Broken,
    }
}

/// With a byte for each part of a pixel, in grey where it is, and without what shines through where nothing may.
fn plain(picture: DynamicImage, keeps_alpha: bool) -> DynamicImage {
    let color = picture.color();
    match (color.has_color(), color.has_alpha() && keeps_alpha) {
        (false, false) => DynamicImage::ImageLuma8(picture.into_luma8()),
        (false, true) => DynamicImage::ImageLumaA8(picture.into_luma_alpha8()),
        (true, false) => DynamicImage::ImageRgb8(picture.into_rgb8()),
        (true, true) => DynamicImage::ImageRgba8(picture.into_rgba8()),
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, Rgb, RgbImage, RgbaImage, codecs::webp::WebPEncoder};

    use super::*;

    /// What stands in a photo that says where it was taken.
    const SECRET: &[u8] = b"N 9 58 45 E 76 16 34 at home";

    /// 8 by 4 dots, the first row red.
    fn photo() -> RgbImage {
        RgbImage::from_fn(8, 4, |_, y| if y == 0 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) })
    }

    fn jpeg_with(exif: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
        encoder.set_exif_metadata(exif.to_vec()).expect("it may have some");
        photo().write_with_encoder(encoder).expect("it is written");
        bytes
    }

    fn png() -> Vec<u8> {
        let mut bytes = Vec::new();
        photo().write_with_encoder(PngEncoder::new(&mut bytes)).expect("it is written");
        bytes
    }

    /// EXIF with an orientation, and the place behind it.
    fn exif(orientation: u8) -> Vec<u8> {
        let head = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
        [head, &[orientation, 0, 0, 0][..], &[0, 0, 0, 0], SECRET].concat()
    }

    fn holds(content: &[u8], part: &[u8]) -> bool {
        content.windows(part.len()).any(|window| window == part)
    }

    fn anew(content: &[u8]) -> Result<(FileType, Vec<u8>), FileFault> {
        written_anew(FileType::of(content).expect("a type"), content)
    }

    #[test]
    fn where_a_photo_was_taken_is_gone_and_it_stands_upright() {
        // 6: the camera was held on its side
        let taken = jpeg_with(&exif(6));
        assert!(holds(&taken, SECRET) && holds(&taken, b"Exif"), "the photo says where it was taken");
        let (file_type, kept) = anew(&taken).expect("a photo");
        assert_eq!(file_type, FileType::Jpeg);
        assert!(!holds(&kept, SECRET) && !holds(&kept, b"Exif") && !holds(&kept, b"II*\0"));
        let shown = image::load_from_memory(&kept).expect("it is whole").into_rgb8();
        assert_eq!(shown.dimensions(), (4, 8));
        let (right, left) = (shown.get_pixel(3, 4), shown.get_pixel(0, 4));
        assert!(right[0] > 150 && left[2] > 150, "{right:?} {left:?}");
    }

    #[test]
    fn what_stands_beside_a_picture_is_gone() {
        let script = b"<html><script>alert(document.domain)</script>";
        let archive = b"PK\x03\x04 an archive behind a picture PK\x05\x06";
        let mut text = png();
        // a chunk of text behind the head; the checksum of a chunk that is passed over is checked by nobody
        let end_of_head = 8 + 25;
        let chunk =
            [&u32::try_from(script.len()).expect("small").to_be_bytes()[..], b"tEXt", script, &[0; 4]];
        text.splice(end_of_head..end_of_head, chunk.concat());
        let with_tail = |mut content: Vec<u8>| {
            content.extend(archive);
            content.extend(script);
            content
        };
        for hostile in [with_tail(png()), with_tail(jpeg_with(script)), text] {
            // what can't be read is refused; what is taken holds nothing but the picture
            let Ok((_, kept)) = anew(&hostile) else { continue };
            assert!(!holds(&kept, script) && !holds(&kept, b"PK") && !holds(&kept, b"<script"));
            assert_eq!(image::load_from_memory(&kept).expect("it is whole").into_rgb8().dimensions(), (8, 4));
        }
        assert!(anew(&with_tail(png())).is_ok() && anew(&with_tail(jpeg_with(script))).is_ok());
    }

    #[test]
    fn a_webp_becomes_what_every_reader_knows() {
        let webp = |picture: DynamicImage| {
            let mut bytes = Vec::new();
            picture.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).expect("it is written");
            bytes
        };
        let (file_type, kept) = anew(&webp(DynamicImage::ImageRgb8(photo()))).expect("a picture");
        assert_eq!((file_type, FileType::of(&kept)), (FileType::Jpeg, Some(FileType::Jpeg)));
        let through = DynamicImage::ImageRgba8(RgbaImage::new(3, 2));
        let (file_type, kept) = anew(&webp(through)).expect("a picture");
        assert_eq!((file_type, FileType::of(&kept)), (FileType::Png, Some(FileType::Png)));
    }

    #[test]
    fn pictures_of_every_depth_are_taken() {
        for picture in [
            DynamicImage::new_luma8(3, 2),
            DynamicImage::new_luma_a8(3, 2),
            DynamicImage::new_rgb16(3, 2),
            DynamicImage::new_rgba16(3, 2),
            DynamicImage::new_luma16(3, 2),
        ] {
            let mut bytes = Vec::new();
            picture.write_with_encoder(PngEncoder::new(&mut bytes)).expect("it is written");
            let (_, kept) = anew(&bytes).expect("a picture");
            let kept = image::load_from_memory(&kept).expect("it is whole");
            let (was, is) = (picture.color(), kept.color());
            assert_eq!((was.has_alpha(), was.has_color()), (is.has_alpha(), is.has_color()));
        }
    }

    /// A PNG that says it has so many pixels, in as few bytes as that takes.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut content = png();
        content[16..20].copy_from_slice(&width.to_be_bytes());
        content[20..24].copy_from_slice(&height.to_be_bytes());
        let checksum = crc32(&content[12..29]);
        content[29..33].copy_from_slice(&checksum.to_be_bytes());
        content
    }

    /// The checksum of a chunk, as the PNG specification gives it.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }

    #[test]
    fn a_picture_that_unpacks_to_gigabytes_is_refused_before_it_does() {
        for (width, height) in [(20_000, 20_000), (50_000, 50_000), (u32::MAX / 2, 2), (10_000, 5_001)] {
            let small = bomb(width, height);
            assert!(small.len() < 1_000);
            assert_eq!(anew(&small), Err(FileFault::TooManyPixels), "{width} x {height}");
        }
        // small enough, but there is nothing behind it
        assert_eq!(anew(&bomb(100, 100)), Err(FileFault::Broken));
    }

    #[test]
    fn halves_and_heads_are_refused() {
        for whole in [png(), jpeg_with(SECRET)] {
            for length in [3, 8, 12, 20] {
                if let Some(file_type) = FileType::of(&whole[..length]) {
                    assert_eq!(written_anew(file_type, &whole[..length]), Err(FileFault::Broken), "{length}");
                }
            }
        }
        assert_eq!(anew(b"RIFF\x24\0\0\0WEBPVP8 "), Err(FileFault::Broken));
        assert_eq!(anew(b"%PDF-1.7"), Err(FileFault::UnknownType));
    }
}
