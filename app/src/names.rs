//! 姓名和名称的拼音：供按拼音、按首字母查找。

#[cfg(test)]
mod tests;

use pinyin::ToPinyin;

/// How a name is typed by those who do not type its characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// The whole name in small letters without tones or spaces; `ü` is typed `v`.
    pub pinyin: String,
    /// The first letter of each character.
    pub initials: String,
}

/// Surnames that are read otherwise than the same characters elsewhere, longer ones first.
const SURNAMES: &[(&str, &[&str])] = &[
    ("尉迟", &["yu", "chi"]),
    ("万俟", &["mo", "qi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("单于", &["chan", "yu"]),
    ("鲜于", &["xian", "yu"]),
    ("令狐", &["ling", "hu"]),
    ("单", &["shan"]),
    ("解", &["xie"]),
    ("仇", &["qiu"]),
    ("曾", &["zeng"]),
    ("区", &["ou"]),
    ("查", &["zha"]),
    ("盖", &["ge"]),
    ("朴", &["piao"]),
    ("任", &["ren"]),
    ("华", &["hua"]),
    ("燕", &["yan"]),
    ("乐", &["yue"]),
    ("员", &["yun"]),
    ("召", &["shao"]),
    ("种", &["chong"]),
    ("洗", &["xian"]),
    ("冼", &["xian"]),
    ("黑", &["he"]),
    ("折", &["she"]),
    ("繁", &["po"]),
    ("秘", &["bi"]),
    ("卜", &["bu"]),
    ("缪", &["miao"]),
    ("晁", &["chao"]),
    ("句", &["gou"]),
    ("翟", &["zhai"]),
    ("祭", &["zhai"]),
    ("覃", &["qin"]),
    ("隗", &["wei"]),
    ("宓", &["mi"]),
    ("牟", &["mu"]),
    ("能", &["nai"]),
    ("宁", &["ning"]),
    ("葛", &["ge"]),
    ("哈", &["ha"]),
    ("尉", &["wei"]),
    ("车", &["che"]),
    ("石", &["shi"]),
    ("隽", &["juan"]),
    ("盛", &["sheng"]),
    ("沈", &["shen"]),
    ("谌", &["chen"]),
    ("过", &["guo"]),
    ("都", &["du"]),
    ("应", &["ying"]),
    ("相", &["xiang"]),
    ("贾", &["jia"]),
    ("柏", &["bai"]),
    ("薄", &["bo"]),
    ("么", &["yao"]),
    ("幺", &["yao"]),
    ("乜", &["nie"]),
    ("佴", &["nai"]),
    ("炅", &["gui"]),
    ("粘", &["nian"]),
    ("行", &["xing"]),
    ("呙", &["guo"]),
    ("逄", &["pang"]),
    ("缴", &["jiao"]),
    ("重", &["chong"]),
    ("参", &["shen"]),
    ("纪", &["ji"]),
    ("曲", &["qu"]),
    ("叶", &["ye"]),
    ("洛", &["luo"]),
    ("佟", &["tong"]),
    ("芮", &["rui"]),
    ("钭", &["tou"]),
];

/// Words in names of enterprises and places whose characters alone are read otherwise.
const WORDS: &[(&str, &[&str])] = &[
    ("重庆", &["chong", "qing"]),
    ("银行", &["yin", "hang"]),
    ("商行", &["shang", "hang"]),
    ("音乐", &["yin", "yue"]),
    ("乐器", &["yue", "qi"]),
    ("厦门", &["xia", "men"]),
    ("六安", &["lu", "an"]),
    ("蚌埠", &["beng", "bu"]),
    ("番禺", &["pan", "yu"]),
    ("大厦", &["da", "sha"]),
    ("会计", &["kuai", "ji"]),
    ("长", &["chang"]),
    ("厂", &["chang"]),
];

/// The spelling of a person's name: its beginning is read as a surname.
#[must_use]
pub fn person(name: &str) -> Spelling {
    let mut spelling = Spelling::default();
    let surname = SURNAMES.iter().find(|(surname, _)| name.starts_with(surname));
    let given = surname.map_or(name, |(surname, sounds)| {
        sounds.iter().for_each(|sound| spelling.add(sound));
        &name[surname.len()..]
    });
    given.chars().for_each(|char| spelling.add_char(char));
    spelling
}

/// The spelling of the name of an enterprise or a place.
#[must_use]
pub fn place(name: &str) -> Spelling {
    let mut spelling = Spelling::default();
    let mut left = name;
    while let Some(first) = left.chars().next() {
        let word = WORDS.iter().find(|(word, _)| left.starts_with(word));
        if let Some((word, sounds)) = word {
            sounds.iter().for_each(|sound| spelling.add(sound));
            left = &left[word.len()..];
        } else {
            spelling.add_char(first);
            left = &left[first.len_utf8()..];
        }
    }
    spelling
}

impl Spelling {
    fn add(&mut self, sound: &str) {
        self.pinyin.push_str(sound);
        self.initials.extend(sound.chars().next());
    }

    /// Letters and figures stay, in small letters; points, spaces and brackets fall away. A
    /// character that nobody has told the reading of stands for itself.
    fn add_char(&mut self, char: char) {
        if let Some(read) = char.to_pinyin() {
            self.add(&read.plain().replace('ü', "v"));
        } else if char.is_alphanumeric() {
            let narrow = narrow(char);
            self.pinyin.extend(narrow.to_lowercase());
            self.initials.extend(narrow.to_lowercase());
        }
    }
}

/// Letters and figures of full width, as an input method leaves them, in their usual width.
fn narrow(char: char) -> char {
    match u32::from(char) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(char),
        _ => char,
    }
}
