//! How cells look: a small value, of which a workbook makes one format.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use std::borrow::Cow;

/// What a cell is, to the eye; colours follow from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::report) enum Tone {
    #[default]
    Plain,
    /// Said beside what matters.
    Dim,
    /// The heading of a column.
    Heading,
    /// What gathers headings, or lines.
    Band,
    Good,
    Bad,
    /// Where a link leads.
    Link,
}

/// Where a text stands in its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::report) enum Side {
    /// Numbers to the right, texts to the left.
    #[default]
    Own,
    Centre,
    Right,
}

/// What a workbook is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Typeface {
    /// To be read on a screen.
    Screen,
    /// As official documents are set.
    Official,
}

/// How a cell looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::report) struct Look {
    tone: Tone,
    side: Side,
    bold: bool,
    italic: bool,
    wrapped: bool,
    boxed: bool,
    middle: bool,
    /// Away from the line to its left: by a blank or so.
    inset: bool,
    size: Option<u8>,
    number: Option<Cow<'static, str>>,
}

impl Look {
    pub(in crate::report) fn of(tone: Tone) -> Self {
        Self { tone, ..Self::default() }
    }

    /// The heading of a column: bold, centred, wrapped, boxed.
    pub(in crate::report) fn heading() -> Self {
        Self::of(Tone::Heading).bold().wrapped().boxed().middle().side(Side::Centre)
    }

    pub(in crate::report) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(in crate::report) fn italic(self) -> Self {
        Self { italic: true, ..self }
    }

    /// Broken into lines where the column is too narrow.
    pub(in crate::report) fn wrapped(self) -> Self {
        Self { wrapped: true, ..self }
    }

    /// With a line on every side.
    pub(in crate::report) fn boxed(self) -> Self {
        Self { boxed: true, ..self }
    }

    /// In the middle of its height, where texts otherwise stand at the top.
    pub(in crate::report) fn middle(self) -> Self {
        Self { middle: true, ..self }
    }

    /// Away from the line to its left: a text beside a number.
    pub(in crate::report) fn inset(self) -> Self {
        Self { inset: true, ..self }
    }

    pub(in crate::report) fn side(self, side: Side) -> Self {
        Self { side, ..self }
    }

    /// In so many points.
    pub(in crate::report) fn size(self, points: u8) -> Self {
        Self { size: Some(points), ..self }
    }

    /// A number shown by this code, such as `#,##0.00`; whoever opens the workbook sees separators of their own.
    pub(in crate::report) fn number(self, code: impl Into<Cow<'static, str>>) -> Self {
        Self { number: Some(code.into()), ..self }
    }

    pub(super) fn format(&self, typeface: Typeface) -> Format {
        let (ink, paper) = self.tone.colours();
        let mut format = typeface.format().set_font_color(ink);
        format = paper.map_or_else(|| format.clone(), |paper| format.clone().set_background_color(paper));
        format = self.placed(format);
        format = self.size.map_or_else(|| format.clone(), |size| format.clone().set_font_size(f64::from(size)));
        format = if self.bold { format.set_bold() } else { format };
        format = if self.italic { format.set_italic() } else { format };
        format = if self.wrapped { format.set_text_wrap() } else { format };
        format = match self.boxed {
            true => format.set_border(FormatBorder::Thin).set_border_color(LINE),
            false => format,
        };
        match &self.number {
            Some(code) => format.set_num_format(code.as_ref()),
            None => format,
        }
    }

    fn placed(&self, format: Format) -> Format {
        let format = format.set_align(if self.middle { FormatAlign::VerticalCenter } else { FormatAlign::Top });
        match self.side {
            Side::Own if self.inset => format.set_align(FormatAlign::Left).set_indent(1),
            Side::Own => format,
            Side::Centre => format.set_align(FormatAlign::Center),
            Side::Right => format.set_align(FormatAlign::Right),
        }
    }
}

/// The lines between cells.
const LINE: u32 = 0x00B4_BCC8;

impl Tone {
    /// Of the letters, and of what is behind them.
    fn colours(self) -> (u32, Option<u32>) {
        match self {
            Self::Plain => (0x0000_0000, None),
            Self::Dim => (0x0050_5866, None),
            Self::Heading => (0x0000_0000, Some(0x00DD_E5F0)),
            Self::Band => (0x0000_0000, Some(0x00EE_F1F6)),
            Self::Good => (0x0000_4D1A, Some(0x00DD_F2E1)),
            Self::Bad => (0x0080_0000, Some(0x00FB_E0DD)),
            Self::Link => (0x0005_63C1, None),
        }
    }
}

impl Typeface {
    fn format(self) -> Format {
        match self {
            Self::Screen => Format::new().set_font_name("Calibri").set_font_size(11),
            Self::Official => Format::new().set_font_name("Times New Roman").set_font_size(12),
        }
    }
}
