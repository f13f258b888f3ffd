//! What each mutating route takes: one line a route. The replay, the outsider's and the forger's
//! tests send these, so that a new route is covered by them with its line here.
//!
//! In a body `{people}`, `{duties}`, … are the sample's numbers (the kinds of `samples.rs`),
//! `{version}` is the version of the sample's retiree, `{today}` the day, `{n}` a number not used
//! before and `{nnn}` the same in three digits, `{station:CODE}` the number of a station, and
//! `{made}` the number in the answer of the last step of `after`.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, header};
use jiff::ToSpan;
use kernel::{Actor, q};
use songhe::accounts::posts::POSTS;
use songhe::web::Route;

use crate::samples::Samples;
use crate::world::{Answer, World, escape, made_up_number};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Fields,
    Json,
    /// A file under this name in the field `file`; the body is its text.
    File(&'static str),
    /// A paper of what the body names: `of=…&id=…`.
    Paper,
}

/// A right call of a route: who makes it, what is done before, what is sent.
#[derive(Clone, Copy)]
pub struct Call {
    pub route: &'static str,
    pub post: &'static str,
    body: &'static str,
    form: Form,
    /// Where the post sits, unless it is the sample's own place.
    pub at: Option<&'static str>,
    /// Routes whose own right calls come before.
    after: &'static [&'static str],
    /// The path's number is the one made by the last of `after`, not the sample's.
    of_made: bool,
    if_match: &'static str,
    /// Why a second sending cannot be alike, when it cannot.
    pub never_alike: Option<&'static str>,
}

const fn call(route: &'static str, post: &'static str, body: &'static str, form: Form) -> Call {
    Call {
        route,
        post,
        body,
        form,
        at: None,
        after: &[],
        of_made: false,
        if_match: "",
        never_alike: None,
    }
}

/// A form: `name=value&name=value`, not escaped.
const fn form(route: &'static str, post: &'static str, body: &'static str) -> Call {
    call(route, post, body, Form::Fields)
}

/// A call of the API.
const fn json(route: &'static str, post: &'static str, body: &'static str) -> Call {
    call(route, post, body, Form::Json)
}

/// A file that is handed in.
const fn file(
    route: &'static str,
    post: &'static str,
    name: &'static str,
    text: &'static str,
) -> Call {
    call(route, post, text, Form::File(name))
}

/// A paper that is hung on something.
const fn paper(route: &'static str, post: &'static str, of: &'static str) -> Call {
    call(route, post, of, Form::Paper)
}

impl Call {
    /// Whether path or body names something of the sample's.
    pub fn names_a_sample(&self) -> bool {
        let in_body = |kind: &str| self.body.contains(&format!("{{{kind}}}"));
        self.route.contains("{id}")
            || ["people", "duties", "visits", "relatives", "marks", "cards", "archives", "branch"]
                .into_iter()
                .any(in_body)
            || self.body.contains("990101001001")
    }

    /// Whether this call or one before it names a thing of this kind.
    pub fn names(&self, kind: &str) -> bool {
        let (path, word) = (format!("/{kind}/{{id}}"), format!("{{{kind}}}"));
        let named = |text: &str| text.contains(&path) || text.contains(&word);
        named(self.route) || named(self.body) || self.after.iter().any(|one| of(one).names(kind))
    }

    const fn after(self, after: &'static [&'static str]) -> Self {
        Self { after, ..self }
    }

    const fn of_made(self) -> Self {
        Self { of_made: true, ..self }
    }

    const fn at(self, code: &'static str) -> Self {
        Self { at: Some(code), ..self }
    }

    const fn if_match(self, version: &'static str) -> Self {
        Self { if_match: version, ..self }
    }

    const fn never_alike(self, why: &'static str) -> Self {
        Self { never_alike: Some(why), ..self }
    }
}

const COORDINATOR: &str = "coordinator";
const STREET: &str = "street_clerk";
const CLERK: &str = "office_clerk";
const LEAD: &str = "office_lead";
const MAKER: &str = "system_admin";
const GUARD: &str = "security_admin";
const ILL: &str = "mark=ill&since={today}&evidence=诊断证明";
const DEAD: &str = "version={version}&died_on={today}&source=family&step=confirmed";
const GONE: &str = "version={version}&left_on={today}&why=moved_out&place=外省";
const VISIT: &str = "way=home&outcome=met&on={today}&visitor=协理员";
const ANSWER: &str = "version=1&outcome=met&on={today}&visitor=协理员&words=身体很好";
const TELL: &str = "POST /reports/{month}/{id}/submit";
const ROSTER: &str = "姓名,证件号码,所属社区\n丁一,{number},青山社区";
const RECEIVER: &str = "990101001002";
const FIRM: &str = "version=1&name=示范机械总厂{n}";

/// Every mutating route with its right call.
pub const CALLS: &[Call] = &[
    form("POST /sign-in", COORDINATOR, "name=coordinator-990101001001&password=heron-on-pine-7")
        .never_alike("each sign-in begins a session"),
    form("POST /sign-out", COORDINATOR, "").never_alike("the session is over"),
    form(
        "POST /me/password",
        COORDINATOR,
        "old=heron-on-pine-7&new=heron-in-reeds-8&again=heron-in-reeds-8",
    )
    .never_alike("the old password no longer holds"),
    form("POST /cards", COORDINATOR, "org=990101001001&whom=chosen&person={people}")
        .after(&["POST /cards/{id}/lost"]),
    form("POST /cards/issue", COORDINATOR, "org=990101001001&card={cards}"),
    form("POST /cards/contact", COORDINATOR, "org=990101001001&version=1&phone=0199-555{n}"),
    form("POST /cards/{id}/lost", COORDINATOR, "version=1&reason=菜场丢失"),
    json("POST /api/v1/cards", COORDINATOR, r#"{"org": "990101001001", "people": [{people}]}"#)
        .after(&["POST /cards/{id}/lost"]),
    json("POST /api/v1/cards/issue", COORDINATOR, r#"{"cards": [{cards}]}"#),
    json("POST /api/v1/cards/{id}/lost", COORDINATOR, r#"{"reason": "菜场丢失"}"#).if_match("1"),
    form(
        "POST /handovers",
        CLERK,
        "enterprise_name=示范机械总厂{n}&handed_by=enterprise&plan_people=3",
    ),
    paper("POST /papers", COORDINATOR, "of=person&id={people}"),
    form("POST /papers/{id}/void", COORDINATOR, "version=1&reason=传错了"),
    paper("POST /api/v1/papers", COORDINATOR, "of=person&id={people}"),
    json("POST /api/v1/papers/{id}/void", COORDINATOR, r#"{"reason": "传错了"}"#).if_match("1"),
    form("POST /groups", COORDINATOR, "org=990101001001&kind=interest&name=书画小组"),
    form(
        "POST /groups/{id}",
        COORDINATOR,
        "action=guide&version=1&on_day={today}&what=商定每月活动",
    ),
    form("POST /groups/{id}/join", COORDINATOR, "person={people}"),
    form(
        "POST /party",
        COORDINATOR,
        "person={people}&branch={branch}&number=介字2号&issuer=示范机械厂党委&issued_on={today}",
    ),
    form("POST /party/{id}", COORDINATOR, "receipt=received&version=1"),
    json(
        "POST /api/v1/groups",
        COORDINATOR,
        r#"{"org": "990101001001", "kind": "branch", "name": "第一党支部"}"#,
    ),
    json("POST /api/v1/groups/{id}", COORDINATOR, r#"{"action": "end", "why": "并入别组"}"#)
        .if_match("1"),
    json("POST /api/v1/groups/{id}/join", COORDINATOR, r#"{"people": [{people}]}"#),
    json(
        "POST /api/v1/groups/{id}/leave",
        COORDINATOR,
        r#"{"people": [{people}], "why": "搬走了"}"#,
    )
    .after(&["POST /groups/{id}/join"]),
    json(
        "POST /api/v1/party",
        COORDINATOR,
        r#"{"person": {people}, "branch": {branch}, "number": "介字2号", "issuer": "示范厂党委"}"#,
    ),
    json("POST /api/v1/party/{id}", COORDINATOR, r#"{"receipt": "received"}"#).if_match("1"),
    form("POST /archives", STREET, "person={people}&from=示范机械厂&volumes=1"),
    form("POST /archives/send", STREET, "archive={archives}&to=990101"),
    form("POST /archives/slips/{id}", STREET, "version=1"),
    form("POST /archives/checks", STREET, "box=&one={archives}"),
    form("POST /archives/checks/{id}/scan", STREET, "no={label}"),
    form("POST /archives/checks/{id}/end", STREET, "version=1&sure=1"),
    form(
        "POST /archives/{id}",
        STREET,
        "action=lend&version=1&to=区医保局&purpose=核对工龄&due_on={today}",
    ),
    form("POST /archives/{id}/materials", STREET, "version=1&materials=1，履历表，1985，1，4，"),
    json(
        "POST /api/v1/archives",
        STREET,
        r#"{"person": {people}, "from": "示范机械厂", "volumes": 1}"#,
    ),
    json("POST /api/v1/archives/send", STREET, r#"{"files": [{archives}], "to": "990101"}"#),
    json("POST /api/v1/archives/slips/{id}/answer", STREET, "{}").if_match("1"),
    json("POST /api/v1/archives/{id}", STREET, r#"{"action": "miss", "note": "架上没有"}"#)
        .if_match("1"),
    form("POST /handovers/slips/{id}", STREET, "version=1"),
    form(
        "POST /handovers/people/{id}",
        CLERK,
        "version=1&name=丁一&id_number={number}&target=990101001001",
    ),
    form("POST /handovers/people/{id}/papers", CLERK, "action=papers&pages=30"),
    form(
        "POST /handovers/{id}/people",
        CLERK,
        "action=assign&target=990101001001&person={handovers/people}",
    ),
    form("POST /handovers/{id}/enter", CLERK, "name=丁一&id_number={number}&target=990101001001"),
    form("POST /handovers/{id}/papers", CLERK, ""),
    form("POST /handovers/{id}/pass", CLERK, ""),
    form("POST /handovers/{id}/send", CLERK, ""),
    form("POST /handovers/{id}/agreement", CLERK, "version=6&no=协{n}&on={today}"),
    form("POST /handovers/{id}/close", CLERK, "version=7&settlement=都未移交")
        .after(&["POST /api/v1/handovers/{id}/decide"]),
    json(
        "POST /api/v1/handovers",
        CLERK,
        r#"{"enterprise_name": "示范机械总厂{n}", "handed_by": "enterprise", "plan_people": 3}"#,
    ),
    json(
        "POST /api/v1/handovers/{id}/enter",
        CLERK,
        r#"{"person": {"name": "丁一", "id_number": "{number}"}, "target": "990101001001"}"#,
    ),
    json(
        "POST /api/v1/handovers/{id}/decide",
        CLERK,
        r#"{"action": "withdraw", "people": [{handovers/people}, {second}, {third}],
            "reason": "移交以前去世"}"#,
    ),
    json("POST /api/v1/handovers/{id}/send", CLERK, "{}"),
    json("POST /api/v1/handovers/{id}/agreement", CLERK, r#"{"no": "协{n}", "on": "{today}"}"#)
        .if_match("6"),
    json("POST /api/v1/handovers/{id}/close", CLERK, r#"{"settlement": "都未移交"}"#)
        .after(&["POST /api/v1/handovers/{id}/decide"])
        .if_match("7"),
    json("POST /api/v1/handovers/slips/{id}/answer", STREET, "{}").if_match("1"),
    form("POST /duties/outcomes", COORDINATOR, "duty={duties}&outcome=card_issued"),
    form("POST /duties/{id}/outcome", COORDINATOR, "outcome=card_issued"),
    json(
        "POST /api/v1/duties/outcomes",
        COORDINATOR,
        r#"{"duties": [{duties}], "outcome": "card_issued"}"#,
    ),
    form(
        "POST /people",
        COORDINATOR,
        "name=丁一&id_number={number}&station=990101001001&taken_in_on={today}",
    ),
    form(
        "POST /people/{id}/edit",
        COORDINATOR,
        "version={version}&name=欧阳小翠&address=青山路8号",
    ),
    form("POST /people/{id}/telephone", COORDINATOR, ""),
    form("POST /people/{id}/reveal", COORDINATOR, "reason=核对养老金账户"),
    json(
        "POST /api/v1/people",
        COORDINATOR,
        r#"{"name": "丁一", "id_number": "{number}", "station": "990101001001"}"#,
    ),
    json("PATCH /api/v1/people/{id}", COORDINATOR, r#"{"address": "青山路8号"}"#)
        .if_match("{version}"),
    json("POST /api/v1/people/{id}/reveal", COORDINATOR, r#"{"reason": "核对养老金账户"}"#)
        .never_alike("the numbers are told once"),
    file("POST /blanks", COORDINATOR, "空表.xlsx", "姓名,身份证号,住址"),
    form("POST /blanks/{id}/places", COORDINATOR, "version=1&place-0=name&mask=birth8"),
    form("POST /blanks/{id}/fill", COORDINATOR, "purpose=核对名册&recipient=区社保中心"),
    form("POST /blanks/{id}/forget", COORDINATOR, ""),
    file("POST /api/v1/blanks", COORDINATOR, "空表.xlsx", "姓名,身份证号,住址"),
    json("POST /api/v1/blanks/{id}/places", COORDINATOR, r#"{"mask": "birth8"}"#).if_match("1"),
    json(
        "POST /api/v1/blanks/{id}/fill",
        COORDINATOR,
        r#"{"purpose": "核对名册", "recipient": "区社保中心"}"#,
    )
    .never_alike("the file is given once"),
    form(
        "POST /export-profiles/{id}",
        COORDINATOR,
        "version=1&profile_name=月报{n}&purpose=按月报送&recipient=区社保中心&format=csv\
         &columns=phone&columns=name",
    ),
    form("POST /export-profiles/{id}/forget", COORDINATOR, ""),
    json(
        "POST /api/v1/export-profiles",
        COORDINATOR,
        r#"{"name": "月报{n}", "list": "people", "format": "csv", "purpose": "按月报送",
            "recipient": "区社保中心", "columns": ["phone", "name"]}"#,
    ),
    json("PATCH /api/v1/export-profiles/{id}", COORDINATOR, r#"{"mask": "birth8"}"#).if_match("1"),
    json("POST /api/v1/export-profiles/{id}/forget", COORDINATOR, "{}"),
    form("POST /exports", COORDINATOR, "list=people&format=csv&purpose=核对名册&recipient=本站"),
    json(
        "POST /api/v1/exports",
        COORDINATOR,
        r#"{"list": "people", "format": "csv", "purpose": "核对名册", "recipient": "本站"}"#,
    )
    .never_alike("the file is given once"),
    form("POST /people/{id}/marks", COORDINATOR, ILL),
    form("POST /marks/{id}/end", COORDINATOR, "how=ended&ended_on={today}&reason=已与子女同住"),
    form(
        "POST /people/{id}/relatives",
        COORDINATOR,
        "name=欧阳小雁&relation=son&phone=19400000002",
    ),
    form(
        "POST /relatives/{id}",
        COORDINATOR,
        "version=1&name=欧阳小雀&relation=daughter&phone=19400000003",
    ),
    form("POST /relatives/{id}/end", COORDINATOR, "version=1&ended_on={today}&reason=已搬离"),
    form("POST /people/{id}/health", COORDINATOR, "on={today}&note=行动不便"),
    json(
        "POST /api/v1/people/{id}/marks",
        COORDINATOR,
        r#"{"mark": "ill", "since": "{today}", "evidence": "诊断证明"}"#,
    ),
    json(
        "POST /api/v1/marks/{id}/end",
        COORDINATOR,
        r#"{"how": "ended", "ended_on": "{today}", "reason": "已与子女同住"}"#,
    ),
    json(
        "POST /api/v1/people/{id}/relatives",
        COORDINATOR,
        r#"{"name": "欧阳小雁", "relation": "son"}"#,
    ),
    json("PATCH /api/v1/relatives/{id}", COORDINATOR, r#"{"version": 1, "phone": "19400000003"}"#),
    json(
        "POST /api/v1/relatives/{id}/end",
        COORDINATOR,
        r#"{"version": 1, "ended_on": "{today}", "reason": "已搬离"}"#,
    ),
    form("POST /people/{id}/move", COORDINATOR, "to_station={station:990101001002}&reason=已搬家")
        .after(&["POST /moves/{id}/withdraw"]),
    form("POST /moves/{id}/accept", COORDINATOR, "version=1").at(RECEIVER),
    form("POST /moves/{id}/refuse", COORDINATOR, "version=1&answer=查无此人").at(RECEIVER),
    form("POST /moves/{id}/withdraw", COORDINATOR, "version=1"),
    form("POST /people/{id}/death", COORDINATOR, DEAD),
    form("POST /people/{id}/death/undo", COORDINATOR, "reason=误报")
        .after(&["POST /people/{id}/death"]),
    form("POST /people/{id}/left", COORDINATOR, GONE),
    form("POST /people/{id}/left/undo", COORDINATOR, "reason=误登")
        .after(&["POST /people/{id}/left"]),
    form("POST /people/{id}/return", COORDINATOR, "taken_in_on={today}")
        .after(&["POST /people/{id}/left"]),
    json(
        "POST /api/v1/people/{id}/moves",
        COORDINATOR,
        r#"{"to_station": {station:990101001002}, "reason": "已搬家"}"#,
    )
    .after(&["POST /moves/{id}/withdraw"]),
    json("POST /api/v1/moves/{id}/accept", COORDINATOR, r#"{"version": 1}"#).at(RECEIVER),
    json("POST /api/v1/moves/{id}/refuse", COORDINATOR, r#"{"version": 1, "answer": "查无此人"}"#)
        .at(RECEIVER),
    json("POST /api/v1/moves/{id}/withdraw", COORDINATOR, r#"{"version": 1}"#),
    json(
        "POST /api/v1/people/{id}/death",
        COORDINATOR,
        r#"{"died_on": "{today}", "source": "family", "despite_doubts": true}"#,
    ),
    json("POST /api/v1/people/{id}/death/undo", COORDINATOR, r#"{"reason": "误报"}"#)
        .after(&["POST /people/{id}/death"]),
    json(
        "POST /api/v1/people/{id}/left",
        COORDINATOR,
        r#"{"left_on": "{today}", "why": "moved_out", "place": "外省"}"#,
    ),
    json("POST /api/v1/people/{id}/left/undo", COORDINATOR, r#"{"reason": "误登"}"#)
        .after(&["POST /people/{id}/left"]),
    form(
        "POST /visits/batch",
        COORDINATOR,
        "org=990101001001&on={today}&way=home&person={people}_0",
    ),
    form("POST /visits/plan/print", COORDINATOR, "org=990101001001"),
    form("POST /visits/{id}/void", COORDINATOR, "version=1&reason=登记错人"),
    form("POST /people/{id}/visits", COORDINATOR, VISIT),
    form("POST /people/{id}/entrust", STREET, "to_name=外地社区&wish=请代为看望&answer_by={today}")
        .after(&["POST /entrustments/{id}/withdraw"]),
    form("POST /entrustments/{id}/answer", STREET, ANSWER),
    form("POST /entrustments/{id}/withdraw", STREET, "version=1"),
    json("POST /api/v1/visits", COORDINATOR, r#"{"person": {people}, "way": "home"}"#),
    json("POST /api/v1/visits/{id}/void", COORDINATOR, r#"{"version": 1, "reason": "登记错人"}"#),
    json("POST /api/v1/people/{id}/visits", COORDINATOR, r#"{"way": "telephone"}"#),
    json(
        "POST /api/v1/people/{id}/entrustments",
        STREET,
        r#"{"to_name": "外地社区", "wish": "请代为看望", "answer_by": "{today}"}"#,
    )
    .after(&["POST /entrustments/{id}/withdraw"]),
    json(
        "POST /api/v1/entrustments/{id}/answer",
        STREET,
        r#"{"version": 1, "words": "身体很好", "visitor": "协理员"}"#,
    ),
    json("POST /api/v1/entrustments/{id}/withdraw", STREET, r#"{"version": 1}"#),
    form("POST /orgs", CLERK, "code=990101001{nnn}&kind=station&name=新社区"),
    form("POST /orgs/{id}/rename", CLERK, "version=1&name=改名社区")
        .after(&["POST /orgs"])
        .of_made(),
    form("POST /orgs/{id}/close", CLERK, "version=1").after(&["POST /orgs"]).of_made(),
    file("POST /orgs/import", CLERK, "orgs.csv", "code,name\n990101001{nnn},新社区\n"),
    form("POST /orgs/import/confirm", CLERK, "entries=2\t990101001{nnn}\t新社区\t\t\n"),
    json(
        "POST /api/v1/orgs",
        CLERK,
        r#"{"code": "990101001{nnn}", "kind": "station", "name": "新社区"}"#,
    ),
    json("PATCH /api/v1/orgs/{id}", CLERK, r#"{"name": "改名社区"}"#)
        .after(&["POST /orgs"])
        .of_made()
        .if_match("1"),
    json("POST /api/v1/orgs/{id}/close", CLERK, "{}")
        .after(&["POST /orgs"])
        .of_made()
        .if_match("1"),
    form(
        "POST /orgs/{id}/merge",
        LEAD,
        "into={station:990101001002}&document=文件&n_people=0&version=1&sure=1",
    )
    .after(&["POST /orgs"])
    .of_made(),
    form("POST /orgs/{id}/recode", LEAD, "code=990101001{nnn}&document=文件&version=1&sure=1")
        .after(&["POST /orgs"])
        .of_made(),
    form(
        "POST /orgs/{id}/split",
        LEAD,
        "into={station:990101001002}&document=文件&person={people}&sure=1",
    ),
    json(
        "POST /api/v1/orgs/{id}/merge",
        LEAD,
        r#"{"into": {station:990101001002}, "document": "文件", "n_people": 0}"#,
    )
    .after(&["POST /orgs"])
    .of_made()
    .if_match("1"),
    json(
        "POST /api/v1/orgs/{id}/recode",
        LEAD,
        r#"{"code": "990101001{nnn}", "document": "文件"}"#,
    )
    .after(&["POST /orgs"])
    .of_made()
    .if_match("1"),
    json(
        "POST /api/v1/orgs/{id}/split",
        LEAD,
        r#"{"into": {station:990101001002}, "people": [{people}], "document": "文件"}"#,
    ),
    form("POST /enterprises", STREET, "name=示范纺织厂{n}&credit_code=91350100M000100Y4{n}"),
    form("POST /enterprises/{id}/change", STREET, FIRM),
    form("POST /enterprises/{id}/close", STREET, "version=1"),
    json("POST /api/v1/enterprises", STREET, r#"{"name": "示范纺织厂{n}"}"#),
    json("PATCH /api/v1/enterprises/{id}", STREET, r#"{"name": "示范机械总厂{n}"}"#).if_match("1"),
    json("POST /api/v1/enterprises/{id}/close", STREET, "{}").if_match("1"),
    file("POST /imports", STREET, "名册.csv", ROSTER),
    form("POST /imports/{id}/columns", STREET, "version=4&station=990101001001"),
    form("POST /imports/{id}/confirm", STREET, "version=4&only_correct=1"),
    form("POST /imports/{id}/cancel", STREET, ""),
    form("POST /imports/{id}/undo", STREET, "").after(&["POST /imports/{id}/confirm"]),
    file("POST /api/v1/imports", STREET, "名册.csv", ROSTER),
    json("POST /api/v1/imports/{id}/columns", STREET, "{}").if_match("4"),
    json("POST /api/v1/imports/{id}/confirm", STREET, r#"{"only_correct": true}"#).if_match("4"),
    json("POST /api/v1/imports/{id}/cancel", STREET, "{}"),
    json("POST /api/v1/imports/{id}/undo", STREET, "{}").after(&["POST /imports/{id}/confirm"]),
    form(
        "POST /policies/figures/{figure}",
        CLERK,
        "value=1&issued_on={today}&from_day={today}&cite=东区退管办通知&quote=每月上门走访一次",
    ),
    form("POST /policies/{id}/what-if", LEAD, ""),
    form("POST /policies/{id}/decide", LEAD, "version=1&verdict=approve")
        .after(&["POST /policies/{id}/what-if"]),
    form("POST /policies/{id}/withdraw", CLERK, "version=1"),
    json(
        "POST /api/v1/policies",
        CLERK,
        r#"{"figure": "visit.senior.age", "value": 65, "issued_on": "{today}",
            "from_day": "{today}", "cite": "东区退管办通知", "quote": "满六十五周岁的也走访"}"#,
    ),
    json("POST /api/v1/policies/{id}/what-if", LEAD, "{}").never_alike("tells how far it is"),
    json("POST /api/v1/policies/{id}/decide", LEAD, r#"{"verdict": "approve"}"#)
        .if_match("1")
        .after(&["POST /policies/{id}/what-if"]),
    json("POST /api/v1/policies/{id}/withdraw", CLERK, "{}").if_match("1"),
    form("POST /reports/{month}/{id}/submit", COORDINATOR, "version=0"),
    form("POST /reports/{month}/{id}/accept", STREET, "version=1").after(&[TELL]),
    form("POST /reports/{month}/{id}/return", STREET, "version=1&reason=请补录走访").after(&[TELL]),
    form("POST /reports/{month}/{id}/missing", STREET, "version=0&reason=协理员病假"),
    form("POST /reports/{month}/{id}/download", COORDINATOR, "kind=csv"),
    json("POST /api/v1/reports/{month}/{id}/submit", COORDINATOR, "{}").if_match("0"),
    json("POST /api/v1/reports/{month}/{id}/accept", STREET, "{}").if_match("1").after(&[TELL]),
    json("POST /api/v1/reports/{month}/{id}/return", STREET, r#"{"reason": "请补录走访"}"#)
        .if_match("1")
        .after(&[TELL]),
    json("POST /api/v1/reports/{month}/{id}/missing", STREET, r#"{"reason": "协理员病假"}"#)
        .if_match("0"),
    form("POST /setup", COORDINATOR, "code=").never_alike("the house is founded already"),
    form("POST /sign-in/totp", COORDINATOR, "code=").never_alike("a telephone shows the code"),
    form("POST /me/totp", COORDINATOR, "code=").never_alike("a telephone shows the code"),
    form("POST /me/totp/off", COORDINATOR, "code=").never_alike("a telephone shows the code"),
    form("POST /me/sessions/end", COORDINATOR, ""),
    form("POST /me/sessions/{id}/end", COORDINATOR, ""),
    form("POST /me/tokens", COORDINATOR, "label=与医保系统比对"),
    form("POST /me/tokens/{id}/revoke", COORDINATOR, ""),
    form("POST /accounts", MAKER, "name=heron-{n}&person_name=柳新来&org={station:990101001001}"),
    form("POST /accounts/{id}/names", MAKER, "version=1&name=heron-{n}&person_name=柳改名"),
    form("POST /accounts/{id}/move", MAKER, "version=1&org={station:990101001001}"),
    form("POST /accounts/{id}/disable", MAKER, "version=1"),
    form("POST /accounts/{id}/enable", MAKER, "version=2").after(&["POST /accounts/{id}/disable"]),
    form("POST /accounts/{id}/password", MAKER, "version=1"),
    form("POST /accounts/{id}/post", GUARD, "version=1&post="),
    form("POST /accounts/{id}/sessions/end", GUARD, ""),
    form("POST /accounts/{id}/totp/remove", GUARD, ""),
    form("POST /sessions/{id}/end", GUARD, ""),
    form("POST /tokens/{id}/revoke", GUARD, ""),
    json(
        "POST /api/v1/accounts",
        MAKER,
        r#"{"name": "heron-{n}", "person_name": "柳新来", "org": {station:990101001001}}"#,
    )
    .never_alike("the password is told once"),
    json("PATCH /api/v1/accounts/{id}", MAKER, r#"{"person_name": "柳改名"}"#).if_match("1"),
    json("POST /api/v1/accounts/{id}/move", MAKER, r#"{"org": {station:990101001001}}"#)
        .if_match("1"),
    json("POST /api/v1/accounts/{id}/disable", MAKER, "{}").if_match("1"),
    json("POST /api/v1/accounts/{id}/enable", MAKER, "{}")
        .if_match("2")
        .after(&["POST /accounts/{id}/disable"]),
    json("POST /api/v1/accounts/{id}/password", MAKER, "{}")
        .if_match("1")
        .never_alike("the password is told once"),
    json("POST /api/v1/accounts/{id}/post", GUARD, r#"{"post": ""}"#).if_match("1"),
    json("POST /api/v1/accounts/{id}/sessions/end", GUARD, "{}"),
    json("POST /api/v1/accounts/{id}/second-factor/remove", GUARD, "{}"),
    form("POST /audit/verify", "auditor", ""),
    json("POST /api/v1/audit/verify", "auditor", "{}"),
];

/// How a route is told apart in the table above.
pub fn named(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// The right call of a route.
///
/// # Panics
/// When the table has none: whoever writes a route writes its line.
pub fn of(route: &str) -> &'static Call {
    let found = CALLS.iter().find(|call| call.route == route);
    assert!(
        found.is_some(),
        "app/tests/stories/bodies.rs has no call of “{route}”: add a line to CALLS that sends \
             it rightly, e.g. form(\"{route}\", \"coordinator\", \"name=value&person={{people}}\") \
             or json(\"{route}\", \"coordinator\", r#\"{{\"name\": \"value\"}}\"#)"
    );
    found.unwrap()
}

/// Where a post sits when it is at home, and where its outsiders sit.
pub fn places(post: &str) -> (&'static str, [&'static str; 2]) {
    let levels = POSTS.iter().find(|known| known.code == post).map_or(&[][..], |p| p.levels);
    match levels.first().copied() {
        Some("station") => ("990101001001", ["990101002001", "990102001001"]),
        Some("group") => ("990101001001-01", ["990101002001-01", "990102001001-01"]),
        Some("street") => ("990101001", ["990101002", "990102001"]),
        _ => ("990101", ["990102", "990102"]),
    }
}

/// A request as it is about to be sent.
#[derive(Clone, Debug)]
pub struct Ready {
    pub method: &'static str,
    pub path: String,
    pub body: String,
    pub kind: Sort,
    pub if_match: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Fields,
    Json,
    File(&'static str),
    Paper,
}

/// Who makes a call at home.
pub async fn caller(world: &World, call: &Call) -> Actor {
    world.clerk(call.post, call.at.unwrap_or(places(call.post).0)).await
}

/// Does what comes before a call and makes it ready for a sample.
pub async fn ready(world: &World, samples: &Samples, call: &Call) -> Ready {
    ready_at(world, samples, call, None).await
}

/// The same where those who do what comes before sit at the `n`th of their posts' places elsewhere.
pub async fn ready_at(world: &World, samples: &Samples, call: &Call, n: Option<usize>) -> Ready {
    let mut made = String::new();
    for before in call.after {
        let before = of(before);
        assert!(before.after.is_empty(), "{}: steps stand in one list", call.route);
        let actor = match n {
            Some(n) => world.clerk(before.post, places(before.post).1[n]).await,
            None => caller(world, before).await,
        };
        let mut step = filled(world, samples, before, &made).await;
        if let Some(n) = n {
            let (home, elsewhere) = places(before.post);
            step.body = step.body.replace(home, elsewhere[n]);
        }
        let answer = send(world, &actor, &step, &unused("step")).await;
        assert!(is_done(&answer), "{} before {}: {}", before.route, call.route, answer.says());
        made = number_in(&answer);
    }
    filled(world, samples, call, &made).await
}

async fn filled(world: &World, samples: &Samples, call: &Call, made: &str) -> Ready {
    let (method, path) = call.route.split_once(' ').unwrap();
    let method = ["POST", "PATCH", "PUT", "DELETE"].into_iter().find(|m| *m == method).unwrap();
    let path = if call.of_made { path.replace("{id}", made) } else { samples.fill(path) };
    let kind = match call.form {
        Form::Fields => Sort::Fields,
        Form::Json => Sort::Json,
        Form::File(name) => Sort::File(name),
        Form::Paper => Sort::Paper,
    };
    let body = words(world, samples, call.body, made).await;
    let if_match = words(world, samples, call.if_match, made).await;
    Ready { method, path, body, kind, if_match }
}

/// A text of the table with its words in it.
async fn words(world: &World, samples: &Samples, text: &str, made: &str) -> String {
    let mut text = text.to_owned();
    for (kind, number) in samples.numbers() {
        text = text.replace(&format!("{{{kind}}}"), &number.to_string());
    }
    if let Some((_, file)) = samples.numbers().iter().find(|(kind, _)| *kind == "archives") {
        text = text.replace("{label}", &songhe::labels::of(*file));
    }
    if text.contains("{version}") {
        let version = q!("SELECT version FROM persons WHERE id = $1", samples.person);
        let version: i64 = world.db().row(version).await.unwrap().unwrap().get(0).unwrap();
        text = text.replace("{version}", &version.to_string());
    }
    while let Some((_, rest)) = text.split_once("{station:") {
        let code = rest.split_once('}').unwrap().0.to_owned();
        let number = world.org(&code, "station").await;
        text = text.replace(&format!("{{station:{code}}}"), &number.to_string());
    }
    let n: i64 = unused("").parse().unwrap();
    // Another day for everybody, so that nobody looks like somebody known.
    let born = jiff::civil::date(1951, 2, 3).checked_add((n % 20_000).days()).unwrap();
    text.replace("{today}", &world.app.today().to_string())
        .replace("{number}", &made_up_number(born))
        .replace("{n}", &n.to_string())
        .replace("{nnn}", &if text.contains("{nnn}") { three_digits() } else { String::new() })
        .replace("{made}", made)
}

/// Three digits that no request has used; there are few of them.
fn three_digits() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static N: AtomicUsize = AtomicUsize::new(0);
    format!("{:03}", 100 + N.fetch_add(1, Ordering::Relaxed) % 900)
}

/// A word that no test has used.
pub fn unused(word: &str) -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static N: AtomicUsize = AtomicUsize::new(1);
    format!("{word}{}", N.fetch_add(1, Ordering::Relaxed))
}

/// The last number in where an answer leads, or in its `id`.
fn number_in(answer: &Answer) -> String {
    if let Some(to) = &answer.location {
        let path = to.split(['?', '#']).next().unwrap_or("");
        let number = path.split('/').rfind(|part| part.parse::<i64>().is_ok());
        return number.unwrap_or_default().to_owned();
    }
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    told["id"].to_string()
}

/// Whether what was asked for was done.
pub fn is_done(answer: &Answer) -> bool {
    answer.status.is_success() || answer.status.as_u16() == 303
}

/// Sends a request with a key as somebody.
pub async fn send(world: &World, actor: &Actor, ready: &Ready, key: &str) -> Answer {
    world.send(request(ready, actor, &world.csrf(actor), key).body_of()).await
}

/// A request whose head may still be changed.
pub struct Draft {
    pub head: axum::http::request::Builder,
    pub body: Vec<u8>,
}

impl Draft {
    pub fn body_of(self) -> Request<Body> {
        self.head.body(Body::from(self.body)).unwrap()
    }
}

/// The request of a form, of the API or of a file, as a browser or a program sends it.
pub fn request(ready: &Ready, actor: &Actor, csrf: &str, key: &str) -> Draft {
    let (csrf_field, key_field) = (frame::CSRF_FIELD, frame::KEY_FIELD);
    let cookie = format!("songhe=story-{}", actor.account);
    let mut head = Request::builder().method(ready.method).header(header::COOKIE, cookie);
    if !ready.if_match.is_empty() {
        head = head.header(header::IF_MATCH, format!("\"{}\"", ready.if_match));
    }
    match ready.kind {
        Sort::Json => {
            head = head.uri(&ready.path).header(header::CONTENT_TYPE, "application/json");
            Draft { head: head.header("idempotency-key", key), body: ready.body.clone().into() }
        }
        Sort::Fields => {
            let form = "application/x-www-form-urlencoded";
            head = head.uri(&ready.path).header(header::CONTENT_TYPE, form);
            let fields = format!("{csrf_field}={csrf}&{key_field}={key}&{}", escaped(&ready.body));
            Draft { head, body: fields.into() }
        }
        Sort::File(name) => {
            let bytes = if name.ends_with(".xlsx") {
                workbook(&ready.body)
            } else {
                ready.body.clone().into_bytes()
            };
            multipart(head, (ready, csrf, key), ("", name, &bytes))
        }
        Sort::Paper => {
            let bytes = b"%PDF-1.7 made up";
            multipart(head, (ready, csrf, key), (&ready.body, "协议书.pdf", bytes))
        }
    }
}

/// A form with fields and a file in it.
fn multipart(
    head: Builder,
    (ready, csrf, key): (&Ready, &str, &str),
    (fields, name, bytes): (&str, &str, &[u8]),
) -> Draft {
    let (csrf_field, key_field) = (frame::CSRF_FIELD, frame::KEY_FIELD);
    let joint = if ready.path.contains('?') { '&' } else { '?' };
    let path = format!("{}{joint}{csrf_field}={csrf}&{key_field}={key}", ready.path);
    let head = head.uri(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=heron");
    let mut body = Vec::new();
    for pair in fields.split('&').filter(|pair| !pair.is_empty()) {
        let (field, value) = pair.split_once('=').unwrap_or((pair, ""));
        let part = format!("form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(format!("--heron\r\ncontent-disposition: {part}").into_bytes());
    }
    let disposition = format!("form-data; name=\"file\"; filename=\"{name}\"");
    body.extend(format!("--heron\r\ncontent-disposition: {disposition}\r\n\r\n").into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--heron--\r\n");
    Draft { head, body }
}

/// A workbook of these lines.
pub fn workbook(lines: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (row, line) in (0_u32..).zip(lines.lines()) {
        for (column, text) in (0_u16..).zip(line.split(',')) {
            page.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// `name=value&…` with its values escaped.
fn escaped(fields: &str) -> String {
    let pairs = fields.split('&').filter(|pair| !pair.is_empty());
    let one = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        format!("{name}={}", escape(value))
    };
    pairs.map(one).collect::<Vec<_>>().join("&")
}

/// The mutating routes of the table.
pub fn mutating() -> Vec<Route> {
    let all = songhe::routes::table().into_iter();
    all.filter(|route| route.method != "GET").collect()
}
