//! Text that is fit for a terminal.

/// How many characters of what was found are told.
const SHOWN: usize = 40;

/// Whether a character can be seen, or is a blank: it controls nothing, turns no direction, and has a width.
pub fn is_printable(character: char) -> bool {
    let is_hidden = matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    !character.is_control() && !is_hidden
}

/// What was found: its first characters, those that cannot be seen as escapes.
pub fn shown(found: &str) -> String {
    if found.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown = String::new();
    for character in found.chars().take(SHOWN) {
        match is_printable(character) {
            true => shown.push(character),
            false if character.is_control() => shown.extend(character.escape_debug()),
            false => shown.extend(character.escape_unicode()),
        }
    }
    if found.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
