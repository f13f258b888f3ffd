//! The description of the API, assembled from the rooms' own annotations.

use axum::Json;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Description, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::{
    accounts, archives, attached, audit, cards, duties, exchange, groups, handover, law, orgs,
    people, policies, reorganisation, statistics, visits,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "松鹤 API",
        description = "企业退休人员社会化管理服务。凭令牌（Authorization: Bearer）调用，\
                       权限与令牌所属账号相同；每个错误都以 application/problem+json 说明原因。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        duties::api::list,
        duties::api::show,
        duties::api::settle,
        accounts::api::me,
        accounts::api::list_posts,
        accounts::api::list,
        accounts::api::create,
        accounts::api::show,
        accounts::api::rename,
        accounts::api::move_to,
        accounts::api::disable,
        accounts::api::enable,
        accounts::api::reset_password,
        accounts::api::grant,
        accounts::api::end_sessions,
        accounts::api::drop_totp,
        attached::api::list,
        attached::api::upload,
        attached::api::show,
        attached::api::send,
        attached::api::take_back,
        audit::api::list,
        audit::api::verify,
        law::api::list,
        law::api::show,
        policies::api::list,
        policies::api::propose,
        policies::api::delegated,
        policies::api::show,
        policies::api::what_if,
        policies::api::decide,
        policies::api::withdraw,
        duties::preview::start_from_api,
        people::api::list,
        people::api::show,
        people::acts_api::marks_of,
        people::acts_api::set_mark,
        people::acts_api::end_mark,
        people::acts_api::relatives_of,
        people::acts_api::add_relative,
        people::acts_api::change_relative,
        people::acts_api::end_relative,
        people::moves_api::list,
        people::moves_api::propose,
        people::moves_api::accept,
        people::moves_api::refuse,
        people::moves_api::withdraw,
        people::moves_api::record_death,
        people::moves_api::undo_death,
        people::moves_api::record_left,
        people::moves_api::undo_left,
        people::api::register,
        people::api::change,
        people::api::reveal,
        statistics::api::list,
        statistics::api::show,
        statistics::api::rows,
        statistics::api::changes,
        statistics::api::submit,
        statistics::api::accept,
        statistics::api::give_back,
        statistics::api::note_missing,
        cards::api::list,
        archives::api::list,
        archives::api::show,
        archives::api::make,
        archives::api::act,
        archives::api::list_slips,
        archives::api::show_slip,
        archives::api::send,
        archives::api::answer,
        groups::api::list,
        groups::api::show,
        groups::api::make,
        groups::api::join,
        groups::api::leave,
        groups::api::act,
        groups::api::party,
        groups::api::issue,
        groups::api::answer,
        cards::api::make,
        cards::api::issue,
        cards::api::lost,
        handover::api::list,
        handover::api::show,
        handover::api::people,
        handover::api::slips,
        handover::api::slip,
        handover::api_acts::make,
        handover::api_acts::enter,
        handover::api_acts::decide,
        handover::api_acts::send,
        handover::api_acts::agreement,
        handover::api_acts::end,
        handover::api_acts::answer,
        exchange::export_api::list,
        exchange::export_api::make,
        exchange::export_api::show,
        exchange::profiles_api::list,
        exchange::profiles_api::create,
        exchange::profiles_api::show,
        exchange::profiles_api::change,
        exchange::profiles_api::forget,
        exchange::fill_api::list,
        exchange::fill_api::upload,
        exchange::fill_api::show,
        exchange::fill_api::choose,
        exchange::fill_api::make,
        orgs::api::list,
        orgs::api::create,
        orgs::api::rename,
        reorganisation::api::show,
        reorganisation::api::close,
        reorganisation::api::merge,
        reorganisation::api::recode,
        reorganisation::api::split,
        orgs::enterprises::api::list,
        orgs::enterprises::api::create,
        orgs::enterprises::api::show,
        orgs::enterprises::api::change,
        orgs::enterprises::api::close,
        people::at_enterprise::list,
        visits::api::list,
        visits::api::show,
        visits::api::record,
        visits::api::record_of,
        visits::api::void,
        visits::api::entrustments,
        visits::api::entrustment,
        visits::api::ask,
        visits::api::answer,
        visits::api::withdraw,
        exchange::api::list,
        exchange::api::upload,
        exchange::api::show,
        exchange::api::errors,
        exchange::api::columns,
        exchange::api::confirm,
        exchange::api::cancel,
        exchange::api::take_back,
        exchange::original::send,
    ),
    modifiers(&House)
)]
struct Api;

/// What holds for every call: the token, the key of a request, the form of a refusal.
struct House;

impl Modify for House {
    fn modify(&self, api: &mut Description) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        api.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
        for item in api.paths.paths.values_mut() {
            for operation in [&mut item.post, &mut item.patch, &mut item.put, &mut item.delete] {
                operation.iter_mut().for_each(writes);
            }
            item.get.iter_mut().for_each(refuses);
        }
    }
}

/// A call that writes takes a key: sent twice with the same key, it is done once.
fn writes(operation: &mut Operation) {
    let words = ObjectBuilder::new().schema_type(Type::String).max_length(Some(100));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("同一编号的请求只办一次，重发得到第一次的结果"))
        .schema(Some(utoipa::openapi::Schema::from(words)));
    operation.parameters.get_or_insert_default().push(key.build().into());
    refuses(operation);
}

/// Every refusal is one document of the same form (RFC 9457).
fn refuses(operation: &mut Operation) {
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    let problem = ObjectBuilder::new()
        .property("type", text())
        .property("title", text())
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("detail", text())
        .build();
    let content = ContentBuilder::new().schema(Some(problem)).build();
    let retry = HeaderBuilder::new()
        .schema(Some(utoipa::openapi::Schema::from(text())))
        .description(Some("几秒后再试"))
        .build();
    let refusal = ResponseBuilder::new()
        .description("未能办理，原因见 detail")
        .content("application/problem+json", content)
        .header("Retry-After", retry)
        .build();
    operation.responses.responses.insert("default".to_owned(), refusal.into());
}

/// The whole description.
#[must_use]
pub fn description() -> Description {
    Api::openapi()
}

/// `/api/v1/openapi.json`.
pub async fn show() -> Json<Description> {
    Json(description())
}
