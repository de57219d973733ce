//! A clip's waveform: as blocks on a terminal, and as a PNG picture.

/// Lines of a drawn waveform.
const LINES: usize = 4;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Pixels of a picture: a bar for each point, and a gap.
const BAR: usize = 3;
const GAP: usize = 1;
const HEIGHT: usize = 200;
const INK: u8 = 40;
const PAPER: u8 = 255;

/// Columns of blocks, at most `width` of them, each as high as its loudest point (255: all lines full).
#[must_use]
pub fn text(points: &[u8], width: usize) -> String {
    let columns = points.len().min(width.max(1));
    let height = |column: usize| {
        let part = &points[points.len() * column / columns..points.len() * (column + 1) / columns];
        let loudest = usize::from(part.iter().copied().max().unwrap_or_default());
        (loudest * LINES * 8).div_ceil(255)
    };
    let mut text = String::new();
    for line in (0..LINES).rev() {
        let blocks = (0..columns).map(|column| BLOCKS[height(column).saturating_sub(line * 8).min(8)]);
        text += blocks.collect::<String>().trim_end();
        text.push('\n');
    }
    text
}

/// A grey picture of bars around a middle line.
///
/// # Errors
/// When the encoder fails, which it does not in memory.
pub fn png(points: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let width = (points.len() * (BAR + GAP)).max(1);
    let mut pixels = vec![PAPER; width * HEIGHT];
    for (i, point) in points.iter().enumerate() {
        let half = (usize::from(*point) * (HEIGHT / 2 - 1)).div_ceil(255).max(1);
        for y in HEIGHT / 2 - half..HEIGHT / 2 + half {
            let from = y * width + i * (BAR + GAP);
            pixels[from..from + BAR].fill(INK);
        }
    }
    let mut picture = Vec::new();
    let mut encoder = png::Encoder::new(&mut picture, width as u32, HEIGHT as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(picture)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn loud_is_high_and_silence_is_nothing() {
        assert_eq!(text(&[0, 7, 127, 255], 80), "   █\n   █\n  ██\n ▁██\n");
        assert_eq!(text(&[10; 240], 60).lines().last().unwrap().chars().count(), 60);
        assert_eq!(text(&[], 60), "\n\n\n\n");
    }

    #[test]
    fn the_picture_is_a_png_of_the_right_size() {
        let picture = png(&[0, 255, 100]).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (12, 200));
        let mut pixels = vec![0; 12 * 200];
        reader.next_frame(&mut pixels).unwrap();
        let inked = |x: usize| (0..200).filter(|y| pixels[y * 12 + x] == INK).count();
        assert_eq!((inked(0), inked(3), inked(4), inked(8)), (2, 0, 198, 78));
    }
}
