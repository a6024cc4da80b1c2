//! Documents of people who don't exist: small PNG cards that say what they are.

/// The card, in pixels.
const WIDTH: usize = 240;
const HEIGHT: usize = 150;
/// Four colours, two bits each: four pixels a byte.
const PIXELS_PER_BYTE: usize = 4;
const ROW_BYTES: usize = WIDTH / PIXELS_PER_BYTE;

/// Rows of 5 pixels, from the top, of the letters of "SPECIMEN".
const LETTERS: [[u8; 7]; 8] = [
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111],
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b11111],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
];
/// Pixels of a letter's dot, and from one letter to the next.
const DOT: usize = 4;
const PITCH: usize = 6 * DOT;
/// Where the word begins.
const LEFT: usize = 26;
const TOP: usize = 96;

/// A card in the tint of its owner: paper, a portrait's place, lines of text, and the word SPECIMEN.
pub(super) fn card(tint: [u8; 3]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(HEIGHT * (ROW_BYTES + 1));
    for y in 0..HEIGHT {
        // no filter
        rows.push(0);
        for group in 0..ROW_BYTES {
            let pixels = (0..PIXELS_PER_BYTE).map(|place| colour(group * PIXELS_PER_BYTE + place, y));
            rows.push(pixels.fold(0, |byte, pixel| byte << 2 | pixel));
        }
    }
    let mut header = Vec::new();
    for side in [WIDTH, HEIGHT] {
        header.extend(u32::try_from(side).unwrap_or_default().to_be_bytes());
    }
    // two bits a pixel, from a palette, no interlacing
    header.extend([2, 3, 0, 0, 0]);
    let [red, green, blue] = tint;
    let palette = [250, 248, 240, red, green, blue, 120, 120, 125, 160, 40, 40];
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in
        [(b"IHDR", header.as_slice()), (b"PLTE", &palette), (b"IDAT", &stored(&rows)), (b"IEND", &[])]
    {
        chunk(&mut png, kind, content);
    }
    png
}

/// Which of the four colours a pixel has.
fn colour(x: usize, y: usize) -> u8 {
    let is_dot = || {
        let (letter, row) = (x.checked_sub(LEFT)? / PITCH, y.checked_sub(TOP)? / DOT);
        let column = (x - LEFT) % PITCH / DOT;
        let bits = LETTERS.get(letter)?.get(row)?;
        (column < 5).then(|| bits >> (4 - column) & 1 == 1)
    };
    let within = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| xs.contains(&x) && ys.contains(&y);
    if is_dot() == Some(true) {
        3
    } else if y < 22 || within(16..66, 32..86) {
        1
    } else if within(80..220, 36..42) || within(80..190, 52..58) || within(80..205, 68..74) {
        2
    } else {
        0
    }
}

/// A zlib stream of one block that is not compressed; the content is shorter than 64 KB.
fn stored(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let mut stream = vec![0x78, 0x01, 1];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend_from_slice(content);
    let (low, high) = content.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    stream.extend((high << 16 | low).to_be_bytes());
    stream
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    png.extend(u32::try_from(content.len()).unwrap_or_default().to_be_bytes());
    let begins = png.len();
    png.extend_from_slice(kind);
    png.extend_from_slice(content);
    let check = checksum(&png[begins..]);
    png.extend(check.to_be_bytes());
}

/// CRC-32 as PNG wants it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_png() {
        // every PNG ends with this chunk, checksum and all
        assert_eq!(checksum(b"IEND"), 0xAE42_6082);
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_card_is_a_small_png_that_uploads_take() {
        let png = card([40, 90, 160]);
        assert_eq!(infra::files::check(&png).expect("it is taken").content_type(), "image/png");
        assert!(png.len() < 10_000, "{} bytes", png.len());
        assert!(png.ends_with(&0xAE42_6082u32.to_be_bytes()));
        assert_ne!(card([40, 90, 160]), card([41, 90, 160]));
    }

    #[test]
    fn the_stream_ends_with_adler_32() {
        assert!(stored(b"Wikipedia").ends_with(&0x11E6_0398u32.to_be_bytes()));
    }
}
