use frame::{Answer, Choice, FieldError, Input, Kind, Markup, Step, Tone, Width};
use maud::html;

pub fn errors() -> Vec<FieldError> {
    vec![
        FieldError::new("visited_on", "来访日期晚于今天，请核对后重新填写"),
        FieldError::new("class", "请选择事项类别"),
        FieldError::new("paper", "附件不能大于10 MB，请压缩后重新选择"),
        FieldError::new("", "该事项已被他人更新，请刷新后重试"),
    ]
}

pub fn visit(errors: &[FieldError]) -> Markup {
    let of = |name, label| Input::new(name, label).errors(errors);
    let classes = [
        Choice::new("plain", "一般咨询").hint("1至3日内答复"),
        Choice::new("level", "需逐级办理").hint("7至10日内答复"),
        Choice::new("policy", "重大政策问题").hint("一周内先行答复"),
    ];
    let ways =
        [Choice::new("tel", "电话"), Choice::new("sms", "短信"), Choice::new("post", "信函")];
    let streets = [Choice::new("1", "青山路"), Choice::new("2", "松鹤里")];
    let body = html! {
        (frame::text_field(of("name", "来访人姓名").value("王秀兰").autocomplete("off")))
        (frame::text_field(Input::date("visited_on", "来访日期").value("20260601").errors(errors)))
        (frame::text_field(of("tel", "联系电话").kind(Kind::Tel).width(Width::Short).optional()))
        (frame::text_field(of("n_people", "来访人数").kind(Kind::Number).width(Width::Tiny).value("1")))
        (frame::select_field(of("street", "街路巷").width(Width::Short).value("2"), &streets))
        (frame::radio_group(of("class", "事项类别"), &classes))
        (frame::checkbox_group(of("ways", "答复方式").hint("可以多选").optional(), &ways, &["tel"]))
        (frame::textarea(of("says", "反映事项").value("上月养老金少发了\n请核对"), 4))
        (frame::fieldset("附件", html! {
            (frame::file_field(
                of("paper", "来访材料").optional().hint("照片或PDF，10 MB以内"),
                ".pdf,.jpg,.png",
            ))
            (frame::checkbox(of("urgent", "集体上访，立即上报街道")))
        }))
        (frame::hidden("from", "desk"))
        (frame::toolbar(html! { (frame::submit("登记")) (frame::button_link("/", "取消")) }))
    };
    frame::form_upload("/reception", "token", "key", body)
}

pub fn check() -> Markup {
    let step = |title| Step { title, href: None };
    let answer = |label, value, href: Option<&str>| Answer {
        label,
        value: frame::text(value),
        change: href.map(str::to_owned),
    };
    let body = html! {
        (frame::check_answers(&[
            answer("死亡人员", "赵德海（330***********4418）", None),
            answer("死亡日期", "2026年5月11日", Some("/deaths/new#died_on")),
            answer("消息来源", "亲属电话告知，告知人为其女赵敏", Some("/deaths/new#source")),
            answer("死亡证明", "尚未收到", Some("/deaths/new#paper")),
        ]))
        (frame::panel(Tone::Info, "登记后系统将", html! {
            ul { li { "自2026年6月起暂停发放基本养老金，等待第二来源核实；" } li { "终止未办结的走访、认证待办；" } }
        }))
        (frame::toolbar(html! {
            (frame::danger_submit("确认登记死亡"))
            (frame::button_link("/deaths/new", "返回修改"))
            (frame::danger_button_link("/deaths/1/withdraw", "撤销"))
        }))
    };
    html! {
        (frame::back_link("/deaths/new"))
        (frame::steps("死亡登记步骤", &[step("填写"), step("核对"), step("完成")], 1))
        (frame::form_post("/deaths", "token", "key", body))
    }
}

pub fn sign_in() -> Markup {
    let body = html! {
        (frame::text_field(Input::new("account", "账号").autocomplete("username")))
        (frame::text_field(
            Input::new("password", "密码").kind(Kind::Password).autocomplete("current-password"),
        ))
        (frame::submit("登录"))
    };
    frame::card("社区、街道工作人员登录", frame::form_post("/sign-in", "token", "key", body))
}

pub fn telephone(errors: &[FieldError]) -> Markup {
    let ways =
        [Choice::new("self", "本人接听"), Choice::new("kin", "家人接听").hint("请写家人的号码")];
    frame::form_post(
        "/me/tel",
        "token",
        "key",
        html! {
            (frame::text_field(
            Input::new("tel", "联系电话").kind(Kind::Tel).value("1380000").errors(errors),
        ))
            (frame::radio_group(Input::new("way", "由谁接听").value("self"), &ways))
            (frame::checkbox(Input::new("agree", "同意社区用这个电话联系我").value("1")))
            (frame::submit("保存"))
        },
    )
}
