//! 统一社会信用代码：校验不符只提醒，不拒收。
//!
//! GB 32100-2015. Codes that fail their check digit are in use, so nothing here is an error.

use crate::coded::coded;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORG_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

coded! {
    /// What is worth a second look in a unified social credit code.
    UsccFinding {
        Form = "form" "不是18位或含有不用的字母（I、O、S、V、Z），请核对",
        Check = "check" "校验码不符，请核对；确为登记机关所发的可以照录",
        OrgCheck = "org_check" "第9至17位的组织机构代码校验不符，请核对",
    }
}

/// What is worth a second look; nothing when the code is in order. The code is expected without
/// spaces, in upper case.
pub fn inspect_uscc(code: &str) -> Vec<UsccFinding> {
    let values: Option<Vec<usize>> = code.bytes().map(value).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return vec![UsccFinding::Form];
    };
    let mut findings = Vec::new();
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    if values[17] != (31 - sum % 31) % 31 {
        findings.push(UsccFinding::Check);
    }
    if !org_check_holds(&code.as_bytes()[8..17]) {
        findings.push(UsccFinding::OrgCheck);
    }
    findings
}

fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|one| *one == byte)
}

/// GB 11714: letters count from A as 10, the check is 11 less the sum modulo 11, X for 10.
fn org_check_holds(part: &[u8]) -> bool {
    let plain = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => usize::from(byte - b'A') + 10,
    };
    let sum: usize = part.iter().zip(ORG_WEIGHTS).map(|(b, weight)| plain(*b) * weight).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    part.last() == Some(&check)
}
