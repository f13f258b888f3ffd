use super::{person, place};

#[test]
fn surnames_are_read_as_surnames() {
    let cases = [
        ("张伟", "zhangwei", "zw"),
        ("单福英", "shanfuying", "sfy"),
        ("解桂兰", "xieguilan", "xgl"),
        ("仇建国", "qiujianguo", "qjg"),
        ("曾秀珍", "zengxiuzhen", "zxz"),
        ("区少华", "oushaohua", "osh"),
        ("查良镛", "zhaliangyong", "zly"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("朴正花", "piaozhenghua", "pzh"),
        ("任解放", "renjiefang", "rjf"),
        ("华国锋", "huaguofeng", "hgf"),
        ("燕山红", "yanshanhong", "ysh"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟丽", "moqili", "mql"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("乐嘉", "yuejia", "yj"),
        ("翟志刚", "zhaizhigang", "zzg"),
        ("缪昌文", "miaochangwen", "mcw"),
        ("吕女士", "lvnvshi", "lns"),
    ];
    for (name, pinyin, initials) in cases {
        let spelling = person(name);
        assert_eq!((spelling.pinyin.as_str(), spelling.initials.as_str()), (pinyin, initials));
    }
}

#[test]
fn the_same_characters_elsewhere_keep_their_reading() {
    // 解 and 查 are surnames at the beginning only.
    assert_eq!(person("王解放").pinyin, "wangjiefang");
    assert_eq!(person("李查").initials, "lc");
    assert_eq!(place("单晶硅厂").pinyin, "danjingguichang");
}

#[test]
fn points_fall_away_and_letters_stay() {
    assert_eq!(person("阿卜杜拉·买买提").initials, "abdlmmt");
    assert_eq!(person("Ａnna Li").pinyin, "annali");
    assert_eq!(person("").pinyin, "");
    let rare = person("王\u{2A6A5}");
    assert!(rare.pinyin.starts_with("wang"));
}

#[test]
fn places_have_words_of_their_own() {
    let cases = [
        ("重庆钢铁（集团）有限公司", "cqgtjtyxgs"),
        ("长沙机床厂", "csjcc"),
        ("工商银行", "gsyh"),
        ("第3纺织厂", "d3fzc"),
    ];
    for (name, initials) in cases {
        assert_eq!(place(name).initials, initials, "{name}");
    }
}
