//! What a browser says of itself, in plain words.

/// Marks of browsers; the first that fits counts, since most also call themselves Chrome.
const BROWSERS: &[(&str, &str)] = &[
    ("micromessenger", "微信"),
    ("dingtalk", "钉钉"),
    ("qihu", "360浏览器"),
    ("360se", "360浏览器"),
    ("360ee", "360浏览器"),
    ("qaxbrowser", "奇安信可信浏览器"),
    ("metasr", "搜狗浏览器"),
    ("sogou", "搜狗浏览器"),
    ("mqqbrowser", "QQ浏览器"),
    ("qqbrowser", "QQ浏览器"),
    ("ucbrowser", "UC浏览器"),
    ("ubrowser", "UC浏览器"),
    ("lbbrowser", "猎豹浏览器"),
    ("huaweibrowser", "华为浏览器"),
    ("miuibrowser", "小米浏览器"),
    ("edg", "Edge浏览器"),
    ("firefox", "火狐浏览器"),
    ("trident", "IE浏览器"),
    ("msie", "IE浏览器"),
    ("chrome", "Chrome浏览器"),
    ("safari", "Safari浏览器"),
];

/// Marks of machines; telephones name the system they are built on too.
const MACHINES: &[(&str, &str)] = &[
    ("harmonyos", "鸿蒙手机或平板"),
    ("openharmony", "鸿蒙手机或平板"),
    ("iphone", "苹果手机"),
    ("ipad", "苹果平板"),
    ("android", "安卓手机或平板"),
    ("windows", "Windows电脑"),
    ("mac os", "苹果电脑"),
    ("linux", "Linux电脑（含统信、麒麟）"),
];

/// `Mozilla/5.0 (Windows NT 10.0; …) … Chrome/126 …` is a Chrome browser on a Windows PC.
#[must_use]
pub fn words(agent: &str) -> String {
    let agent = agent.to_lowercase();
    let of = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, words)| *words)
    };
    match (of(BROWSERS), of(MACHINES)) {
        (Some(browser), Some(machine)) => format!("{browser}，{machine}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "不能识别的程序".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn browsers_are_told_in_words() {
        let told = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge浏览器，Windows电脑",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47",
                "微信，安卓手机或平板",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/86.0 Safari/537.36",
                "Chrome浏览器，Linux电脑（含统信、麒麟）",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
                 Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari浏览器，苹果手机",
            ),
            ("curl/8.5", "不能识别的程序"),
            ("", "不能识别的程序"),
        ];
        for (agent, expected) in told {
            assert_eq!(words(agent), expected, "{agent}");
        }
    }
}
