//! Cuts a long text into windows that a model can read, exact to the token: nothing is lost, neighbours overlap.

use std::ops::Range;

use signalbox_base::{Code, Error, Result};

use crate::{Encoding, Heads, Row};

/// The most tokens of a window, special ones included (SPEC N14).
pub const WINDOW_TOKENS: usize = 512;

/// Tokens that two neighbouring windows share.
pub const OVERLAP_TOKENS: usize = 64;

/// Windows over the content of `encoding` for a model that reads `most` tokens: where each lies among the tokens of the content, ascending,
/// at least one.
///
/// # Errors
/// `InvalidInput` when what stands around the content (a second text) leaves it no room.
pub(crate) fn windows(encoding: &Encoding, most: usize) -> Result<Vec<Range<usize>>> {
    let around = encoding.ids.len() - encoding.content.len();
    let most = most.min(WINDOW_TOKENS);
    let content = encoding.content.len();
    let room = most.saturating_sub(around);
    if room == 0 && content > 0 {
        return Err(Error::new(
            Code::InvalidInput,
            "pair",
            format!("fewer than {most} tokens beside the text"),
            format!("{around} tokens"),
        ));
    }
    Ok(cut(content, room))
}

/// One window as a row: what stands before the content, the window, what stands after.
pub(crate) fn row(
    encoding: &Encoding,
    window: &Range<usize>,
    heads: Heads,
    adapter: Option<u16>,
) -> Row {
    let start = encoding.content.start;
    let pieces = [
        0..start,
        start + window.start..start + window.end,
        encoding.content.end..encoding.ids.len(),
    ];
    let mut row = Row {
        adapter,
        heads,
        ..Row::default()
    };
    for piece in pieces {
        row.ids.extend(&encoding.ids[piece.clone()]);
        if !encoding.types.is_empty() {
            row.types.extend(&encoding.types[piece]);
        }
    }
    row
}

/// The last window is moved back to be as long as the others: every token then has as much around it as there can be.
fn cut(content: usize, room: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let step = room - OVERLAP_TOKENS.min(room / 2);
    let mut start = 0;
    while start + room < content {
        windows.push(start..start + room);
        start += step;
    }
    windows.push(content.saturating_sub(room)..content);
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_token_and_overlap() {
        for room in [1, 2, 3, 64, 65, 510] {
            for content in [0, 1, room - 1, room, room + 1, 2 * room, 5 * room + 7] {
                let windows = cut(content, room);
                assert!(windows.iter().all(|window| window.len() <= room));
                assert_eq!(
                    (windows[0].start, windows[windows.len() - 1].end),
                    (0, content)
                );
                for pair in windows.windows(2) {
                    let shared = pair[0].end - pair[1].start;
                    assert!(pair[0].start < pair[1].start && pair[1].start <= pair[0].end);
                    assert!(
                        shared >= OVERLAP_TOKENS.min(room / 2),
                        "{content} in {room}: {windows:?}"
                    );
                }
            }
        }
    }

    fn encoding() -> Encoding {
        Encoding {
            ids: vec![101, 1, 2, 3, 4, 102, 9, 102],
            types: vec![0, 0, 0, 0, 0, 0, 1, 1],
            content: 1..5,
            places: Vec::new(),
        }
    }

    #[test]
    fn what_stands_around_the_content_stands_around_every_window() {
        let encoding = encoding();
        let cut = windows(&encoding, 6).expect("two tokens of room");
        let rows: Vec<_> = cut
            .iter()
            .map(|window| row(&encoding, window, Heads::none(), None))
            .collect();
        let ids: Vec<_> = rows.iter().map(|row| row.ids.as_slice()).collect();
        assert_eq!(
            ids,
            [
                [101, 1, 2, 102, 9, 102],
                [101, 2, 3, 102, 9, 102],
                [101, 3, 4, 102, 9, 102]
            ]
        );
        assert!(rows.iter().all(|row| row.types == [0, 0, 0, 0, 1, 1]));
    }

    #[test]
    fn a_pair_without_room_for_the_text_is_refused() {
        assert_eq!(windows(&encoding(), 4).expect_err("no room").at(), "pair");
    }

    #[test]
    fn an_empty_text_has_one_window() {
        let encoding = Encoding {
            ids: vec![101, 102],
            content: 1..1,
            ..Encoding::default()
        };
        assert_eq!(windows(&encoding, 512).expect("room").len(), 1);
        assert_eq!(windows(&encoding, 2).expect("no content, no room").len(), 1);
    }
}
