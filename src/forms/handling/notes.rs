//! What is said below the form: which dossiers stand in other columns than a reader may think, and which in none.

use super::{Folding, Handling, Told};
use crate::error::Undefined;
use crate::forms::ground::Known;
use crate::forms::sheet::{counted, named};
use crate::kpi::Name;

/// All notes, in the order of the columns.
pub(super) fn notes(form: &Handling) -> Vec<Name> {
    let told = &form.told;
    let mut notes = Vec::new();
    notes.extend(nothing(form));
    notes.extend(later(form));
    notes.extend(lacks(form));
    notes.extend(channels(told));
    notes.extend(undated(told));
    notes.extend(turned_away(form));
    notes.extend(waiting(form));
    notes.extend(excluded(told));
    notes.extend(form.head.set_aside());
    notes.extend(fields(told));
    notes
}

/// A count worth a note.
fn some(count: &Known<u64>) -> Option<u64> {
    count.as_ref().ok().copied().filter(|count| *count > 0)
}

fn nothing(form: &Handling) -> Option<Name> {
    let none = form.whole.columns.column(3) == &Ok(0);
    none.then(|| {
        named(
            "The log has no dossier in hand in this period; see whether the period is one that the log reaches.",
            "Dữ liệu không có hồ sơ nào trong kỳ này; đề nghị kiểm tra kỳ báo cáo có nằm trong phạm vi dữ liệu hay không.",
        )
    })
}

fn later(form: &Handling) -> Option<Name> {
    (form.head.cut_off > form.head.window.last).then(|| {
        named(
            "Columns 7 to 13 show the dossiers of the period as they stood at the end of the cut-off day, which is after its last day.",
            "Các cột 7 đến 13 phản ánh tình trạng hồ sơ của kỳ tại thời điểm cuối ngày chốt số liệu, sau ngày cuối kỳ.",
        )
    })
}

/// Columns that the log cannot fill.
fn lacks(form: &Handling) -> Vec<Name> {
    let of_log = |why: &&Undefined| matches!(why, Undefined::NoColumn(_));
    let absent = |number: usize| form.whole.columns.column(number).as_ref().err().filter(of_log);
    let says = |numbers: &str, why: &Undefined| {
        named(
            format!("Columns {numbers} are left open: the log has no column `{}`.", why.detail()),
            format!("Các cột {numbers} để trống: dữ liệu không có cột `{}`.", why.detail()),
        )
    };
    let all = absent(3).map(|why| says("3, 6–13", why));
    let state = absent(8).filter(|_| absent(3).is_none()).map(|why| says("8–10, 12, 13", why));
    let channel = absent(4).map(|why| says("4, 5", why));
    let unsplit = form.whole.ended.withdrawn.as_ref().err().filter(of_log).filter(|_| absent(8).is_none()).map(|_| {
        named(
            "The log has no column `outcome`: withdrawn and returned dossiers are not told from resolved ones.",
            "Dữ liệu không có cột `outcome`: không tách được hồ sơ rút và hồ sơ trả lại khỏi hồ sơ đã giải quyết.",
        )
    });
    [all, state, channel, unsplit].into_iter().flatten().collect()
}

fn channels(told: &Told) -> Vec<Name> {
    let none = some(&told.no_channel).map(|count| {
        counted(
            "Column 5 includes {} received without a channel: they count as direct.",
            "Cột 5 bao gồm {} hồ sơ không ghi kênh tiếp nhận: tính là trực tiếp.",
            &[count],
        )
    });
    let other = some(&told.other_channel).map(|count| {
        counted(
            "Column 5 includes {} received by a channel that is none of direct, online and postal.",
            "Cột 5 bao gồm {} hồ sơ có kênh tiếp nhận ngoài danh mục (trực tiếp, trực tuyến, bưu chính).",
            &[count],
        )
    });
    none.into_iter().chain(other).collect()
}

fn undated(told: &Told) -> Vec<Name> {
    let resolved = some(&told.undated_resolved).map(|count| {
        counted(
            "Column 9 includes {} resolved without a due date: on time, as the form has it.",
            "Cột 9 bao gồm {} hồ sơ đã giải quyết không có ngày hẹn trả: tính là đúng hạn theo biểu.",
            &[count],
        )
    });
    let open = some(&told.undated_in_progress).map(|count| {
        counted(
            "Column 12 includes {} in progress without a due date: within time, as the form has it.",
            "Cột 12 bao gồm {} hồ sơ đang giải quyết không có ngày hẹn trả: tính là trong hạn theo biểu.",
            &[count],
        )
    });
    resolved.into_iter().chain(open).collect()
}

/// Withdrawn and returned dossiers: how many, and where they are.
fn turned_away(form: &Handling) -> Option<Name> {
    let (Ok(withdrawn), Ok(returned)) = (&form.told.withdrawn, &form.told.returned) else { return None };
    let (left, sent) = (withdrawn.iter().sum::<u64>(), returned.iter().sum::<u64>());
    if left + sent == 0 {
        return None;
    }
    let both = [withdrawn[0] + returned[0], withdrawn[1] + returned[1], withdrawn[2] + returned[2]];
    Some(match form.folding {
        Folding::ByDates => counted(
            "Column 7 includes {} withdrawn and {} returned, by their dates: {} in column 8, {} in column 9, {} in column 10.",
            "Cột 7 bao gồm {} hồ sơ rút và {} hồ sơ trả lại, xếp theo ngày kết thúc: {} ở cột 8, {} ở cột 9, {} ở cột 10.",
            &[left, sent, both[0], both[1], both[2]],
        ),
        Folding::Provincial => counted(
            "Column 9 includes {} withdrawn and {} returned, whenever they ended.",
            "Cột 9 bao gồm {} hồ sơ rút và {} hồ sơ trả lại, không xét ngày kết thúc.",
            &[left, sent],
        ),
    })
}

fn waiting(form: &Handling) -> Option<Name> {
    match (&form.told.waiting, form.folding) {
        (Ok([within, overdue]), Folding::ByDates) if within + overdue > 0 => Some(counted(
            "Waiting for the applicant are {} in column 12 and {} in column 13.",
            "Đang chờ người nộp bổ sung: {} hồ sơ ở cột 12 và {} hồ sơ ở cột 13.",
            &[*within, *overdue],
        )),
        (Ok([within, _]), Folding::Provincial) if *within > 0 => Some(counted(
            "Column 12 includes {} waiting for the applicant, whatever their due date.",
            "Cột 12 bao gồm {} hồ sơ đang chờ người nộp bổ sung, không xét ngày hẹn trả.",
            &[*within],
        )),
        (Err(_), Folding::Provincial) => Some(named(
            "The log has no column `paused`: nobody knows who waits for a supplement, so none is moved into column 12.",
            "Dữ liệu không có cột `paused`: không biết hồ sơ nào đang chờ bổ sung, nên không chuyển hồ sơ nào vào cột 12.",
        )),
        _ => None,
    }
}

fn excluded(told: &Told) -> Vec<Name> {
    let refused = some(&told.refused).map(|count| {
        counted(
            "In no column: {} refused at reception.",
            "Không tính vào cột nào: {} hồ sơ không được tiếp nhận.",
            &[count],
        )
    });
    let early = some(&told.not_accepted).map(|count| {
        counted(
            "In no column: {} submitted and not yet accepted.",
            "Không tính vào cột nào: {} hồ sơ mới đăng ký, chưa được tiếp nhận.",
            &[count],
        )
    });
    refused.into_iter().chain(early).collect()
}

fn fields(told: &Told) -> Option<Name> {
    match &told.no_field {
        Ok(0) | Err(Undefined::Suppressed) => None,
        Ok(count) => Some(counted(
            "Of {} the log says no field; they stand in a line of their own.",
            "{} hồ sơ không ghi lĩnh vực, được xếp ở một dòng riêng.",
            &[*count],
        )),
        Err(_) => Some(named(
            "The log has no column `field`, and no catalogue of procedures says one: all fields stand in one line.",
            "Dữ liệu không có cột `field` và danh mục thủ tục cũng không ghi lĩnh vực: mọi lĩnh vực nằm ở một dòng.",
        )),
    }
}
