//! What is said below the index: what is absent, what was decided, what is unverified.

use super::filled::Filled766;
use super::item::Level;
use super::parameters::{Parameters, Scoring};
use super::score::{Answer, GRADES};
use crate::error::Undefined;
use crate::forms::named;
use crate::kpi::Name;
use std::collections::BTreeMap;

pub(super) fn notes(form: &Filled766) -> Vec<Name> {
    let mut notes = vec![attainable(form), shares()];
    notes.extend((form.whole.level == Level::Commune).then(commune));
    notes.push(bands());
    notes.extend(decided(&form.parameters));
    notes.extend(announced(&form.whole.answers));
    notes.extend(petitions(form));
    notes.extend(lacking(&form.whole.answers));
    notes.extend(left_out(&form.whole.answers));
    notes.extend(without(&form.whole.answers));
    notes.extend(given(&form.whole.answers));
    notes
}

/// Points as each language writes them.
fn points(value: f64) -> [String; 2] {
    let text = format!("{value:.2}");
    [text.clone(), text.replace('.', ",")]
}

fn attainable(form: &Filled766) -> Name {
    let total = form.whole.total();
    let (attainable, maximum) = (total.attainable, total.maximum);
    let Some((low, high)) = total.bounds().filter(|_| attainable < maximum) else {
        return named(
            "Every item of the level is scored.".to_owned(),
            "Mọi chỉ số của cấp này đều được chấm điểm.".to_owned(),
        );
    };
    let ([low_en, low_vi], [high_en, high_vi]) = (points(low), points(high));
    named(
        format!(
            "{attainable} of {maximum} points could be scored; items without a figure are absent, not zero. Whatever they \
             would earn, the total is between {low_en} and {high_en} % of the maximum."
        ),
        format!(
            "Chấm được {attainable} trên {maximum} điểm; chỉ số không có số liệu được để trống, không tính là 0. Dù các chỉ \
             số đó được bao nhiêu, tổng điểm nằm trong khoảng {low_vi}% đến {high_vi}% điểm tối đa."
        ),
    )
}

fn shares() -> Name {
    named(
        "Beside groups, the total and offices the rate is score / attainable.",
        "Ở dòng nhóm, dòng tổng và từng cơ quan, tỷ lệ là điểm đạt / điểm xét được.",
    )
}

fn commune() -> Name {
    named(
        "The maxima of communes were not found: items keep the points of the province, so read score / attainable.",
        "Chưa tìm được thang điểm của cấp xã: các chỉ số giữ điểm tối đa của cấp tỉnh, nên đọc tỷ lệ điểm đạt / điểm xét được.",
    )
}

fn bands() -> Name {
    let told = |name: fn(&Name) -> &str, from: &str| {
        let above = GRADES.iter().filter(|(_, least)| *least > 0.0);
        let each = above.map(|(grade, least)| format!("{} {from} {least}", name(&grade.name()).to_lowercase()));
        each.collect::<Vec<_>>().join(", ")
    };
    let (en, vi) = (told(|name| &name.en, "from"), told(|name| &name.vi, "từ"));
    named(
        format!(
            "Grades in per cent of the maximum: {en}. The bands are unverified: they were not found in the decision."
        ),
        format!(
            "Xếp loại theo phần trăm điểm tối đa: {vi}. Khung này chưa kiểm chứng: không tìm thấy trong Quyết định."
        ),
    )
}

/// Where the sources disagree.
fn decided(parameters: &Parameters) -> Vec<Name> {
    let rule = |item: &str, scoring: Scoring, percent: u32| match scoring {
        Scoring::Linear => named(
            format!("Item {item} by the rate; another source gives full marks from {percent} % on."),
            format!("Chỉ số {item} tính theo tỷ lệ; nguồn khác cho điểm tối đa khi đạt {percent}%."),
        ),
        Scoring::Saturated => named(
            format!(
                "Item {item} with full marks from {percent} % on, as the study decides; another source goes by the rate."
            ),
            format!(
                "Chỉ số {item} đạt điểm tối đa từ {percent}%, theo lựa chọn của nghiên cứu; nguồn khác tính theo tỷ lệ."
            ),
        ),
    };
    let by_sync = parameters.online_by_sync.then(|| {
        named(
            "Item 3.3 is multiplied by the share of dossiers synced (1.4), as the study decides.",
            "Chỉ số 3.3 nhân với tỷ lệ hồ sơ đồng bộ (1.4), theo lựa chọn của nghiên cứu.",
        )
    });
    let two = [rule("3.6", parameters.payment, 30), rule("4.2", parameters.digitised, 80)];
    let of_level =
        |id: &str| super::items(parameters).into_iter().any(|item| item.id == id && parameters.level.has(&item));
    let two = two.into_iter().zip(["3.6", "4.2"]).filter(|(_, id)| of_level(id)).map(|(note, _)| note);
    two.chain(by_sync).collect()
}

/// The columns that items are absent for, each with its items.
fn lacking(answers: &[Answer]) -> Option<Name> {
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for answer in answers {
        if let Err(Undefined::NoColumn(column)) = &answer.rate {
            items.entry(column).or_default().push(answer.item.id);
        }
    }
    let list: Vec<String> =
        items.into_iter().map(|(column, items)| format!("{column} ({})", items.join(", "))).collect();
    (!list.is_empty()).then(|| {
        let list = list.join("; ");
        named(
            format!("Columns that the study lacks, with the items that are absent for it: {list}."),
            format!("Cột dữ liệu còn thiếu, kèm chỉ số để trống vì thiếu cột đó: {list}."),
        )
    })
}

/// What a catalogue of procedures counts once.
fn announced(answers: &[Answer]) -> Option<Name> {
    let own = answers.iter().filter(|answer| ["1.1", "1.2"].contains(&answer.item.id));
    let scored = own.filter(|answer| answer.rate.is_ok()).count();
    (scored > 0).then(|| {
        named(
            "Items 1.1 and 1.2 count a procedure once; late once in the period is late.",
            "Chỉ số 1.1 và 1.2 tính mỗi thủ tục một lần; chậm một lần trong kỳ là chậm.",
        )
    })
}

/// By when a petition must be handled.
fn petitions(form: &Filled766) -> Option<Name> {
    let answer = form.whole.answers.iter().find(|answer| answer.item.id == "5.2" && answer.rate.is_ok())?;
    let is_public =
        form.parameters.public_answers && answer.without.iter().all(|column| column != "petitions.published_at");
    let en = if is_public { ", and made public in time" } else { "" };
    let vi = if is_public { ", và công khai kết quả đúng hạn" } else { "" };
    Some(named(
        format!(
            "Item 5.2 counts petitions at hand in the period: answered or refused in time, or not due at its end{en}."
        ),
        format!(
            "Chỉ số 5.2 tính phản ánh, kiến nghị đang có trong kỳ: trả lời hoặc từ chối đúng hạn, hoặc cuối kỳ chưa đến hạn{vi}."
        ),
    ))
}

fn left_out(answers: &[Answer]) -> Option<Name> {
    let own = answers.iter().filter(|answer| answer.left_out > 0);
    let list: Vec<String> = own.map(|answer| format!("{} ({})", answer.item.id, answer.left_out)).collect();
    (!list.is_empty()).then(|| {
        let list = list.join(", ");
        named(
            format!("Rows left out, because the log does not say what is asked or they are not asked: {list}."),
            format!("Số dòng không xét do nhật ký không ghi hoặc không thuộc phạm vi: {list}."),
        )
    })
}

/// The columns that items are told without, each once.
fn without(answers: &[Answer]) -> Vec<Name> {
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| answer.rate.is_ok()) {
        answer.without.iter().for_each(|column| items.entry(column).or_default().push(answer.item.id));
    }
    let told = items.into_iter().map(|(column, items)| {
        let items = items.join(", ");
        named(
            format!("Told without {column}, which the study does not have: {items}."),
            format!("Tính khi dữ liệu không có {column}: {items}."),
        )
    });
    told.collect()
}

/// What the office counted, and what it could.
fn given(answers: &[Answer]) -> impl Iterator<Item = Name> + use<> {
    let list = |wanted: fn(&Answer) -> bool| {
        let own: Vec<&str> = answers.iter().filter(|answer| wanted(answer)).map(|answer| answer.item.id).collect();
        (!own.is_empty()).then(|| own.join(", "))
    };
    let counted = list(|answer| answer.given).map(|list| {
        named(format!("Counted by the office itself: {list}."), format!("Số liệu do cơ quan tự khai: {list}."))
    });
    let wanted = list(|answer| answer.rate == Err(Undefined::NotGiven)).map(|list| {
        named(
            format!("No log holds {list}: the office can give what it counted under [index_766.given]."),
            format!("Không nhật ký nào có {list}: cơ quan có thể khai số liệu ở mục [index_766.given]."),
        )
    });
    counted.into_iter().chain(wanted)
}
