//! What is planted in the tables beside the dossiers: officers, answers, petitions, tasks, costs and the catalogue.

use super::places::Planted;

/// What a number of [`HABITS`] is about, in its order: chances in thousandths, unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) enum Habit {
    /// The applicant answers the survey, of dossiers finished with a result.
    Answers,
    /// The answer is one of the two best, of a citizen whose dossier was in time.
    Satisfied,
    /// The applicant complains about the dossier.
    Complains,
    /// Who came with a dossier writes about something else.
    Writes,
    /// A petition is made once more within 90 days.
    Insists,
    /// A petition is answered within its limit.
    Replies,
    /// The answer to a petition does not satisfy.
    Disappoints,
    /// A task says all that it must.
    Clear,
    /// A task is led by the centre.
    Central,
    /// What a dossier costs its office, in thousands of đồng.
    Cost,
}

/// How many numbers are planted.
pub(super) const KINDS: usize = 10;

/// The planted numbers by [`Habit`].
pub(super) static HABITS: [Planted; KINDS] = [
    planted(360, 420, 60),  // Answers
    planted(660, 820, 60),  // Satisfied
    planted(120, 60, 24),   // Complains
    planted(130, 130, 30),  // Writes
    planted(420, 110, 60),  // Insists
    planted(620, 860, 80),  // Replies
    planted(320, 180, 60),  // Disappoints
    planted(520, 800, 100), // Clear
    planted(420, 230, 80),  // Central
    planted(640, 480, 120), // Cost
];

/// What is added to the chance of a good answer where the dossier was late, and where a business answers.
pub(super) const LATE: i64 = -220;
pub(super) const BUSINESS: i64 = -70;

/// Chances in thousandths that the reform leaves alone.
pub(super) mod chance {
    /// The better of the two best answers, of those.
    pub(in crate::synth) const BEST: u64 = 450;
    /// The three other answers, from the worst.
    pub(in crate::synth) const OTHERS: [u64; 3] = [200, 300, 500];
    /// An answer comes much too late to be counted with its dossier.
    pub(in crate::synth) const LATE_ANSWER: u64 = 60;
    /// A petition that is late is not answered at all.
    pub(in crate::synth) const IGNORED: u64 = 300;
    /// An answer to a petition is published.
    pub(in crate::synth) const PUBLISHED: u64 = 800;
    /// A petition is about an officer's conduct, not a rule.
    pub(in crate::synth) const CONDUCT: u64 = 400;
    /// An officer works half days.
    pub(in crate::synth) const HALF_DAYS: u64 = 200;
    /// An officer is trained, before and after the reform.
    pub(in crate::synth) const TRAINED: [u64; 2] = [400, 800];
    /// A task has no due date.
    pub(in crate::synth) const UNDATED: u64 = 15;
}

/// Days, in the tables beside the dossiers.
pub(super) mod days {
    /// From the result to an answer; and to one that is too late.
    pub(in crate::synth) const ANSWER: [u64; 2] = [0, 12];
    pub(in crate::synth) const LATE_ANSWER: [u64; 2] = [45, 70];
    /// From the reception of a dossier to a petition, and from that to the next.
    pub(in crate::synth) const PETITION: [u64; 2] = [3, 40];
    pub(in crate::synth) const INSISTS: [u64; 2] = [10, 80];
    /// The limit of a petition, in working days, and the longest that one that is late is answered after.
    pub(in crate::synth) const REPLY: u32 = 15;
    pub(in crate::synth) const LATE_REPLY: u32 = 40;
}

/// Office hours of a day at work: a whole one, and a half one.
pub(super) const HOURS: [u64; 2] = [8, 4];

/// Hours of training in a spell of duty, of those who are trained.
pub(super) const TRAINING: u64 = 2;

/// The tasks of an office in a month.
pub(super) const TASKS: u64 = 2;

/// What the catalogue says of a procedure that dossiers have, before and after the reform.
///
/// The offices' systems go on promising the old limits: due dates are set by `places::Procedure::limit`.
pub(super) struct Demands {
    pub(super) documents: [u64; 2],
    /// The legal limit in working days, after the reform.
    pub(super) limit: u32,
    /// What an ordinary officer needs for one dossier.
    pub(super) minutes: u64,
}

/// By procedure, in the order of `places::PROCEDURES`.
pub(super) static DEMANDS: [Demands; 8] = [
    demands([2, 2], 1, 40),
    demands([3, 2], 1, 45),
    demands([3, 2], 2, 45),
    demands([5, 3], 2, 60),
    demands([4, 4], 5, 45),
    demands([8, 5], 7, 80),
    demands([9, 6], 10, 100),
    demands([6, 4], 15, 75),
];

/// The procedures that nobody asks for: each verb with each object, and the field.
pub(super) const VERBS: [&str; 4] = ["Cấp", "Cấp lại", "Gia hạn", "Thu hồi"];
pub(super) const OBJECTS: [(&str, &str); 13] = [
    ("giấy phép bán lẻ rượu", "Công Thương"),
    ("giấy phép hoạt động karaoke", "Văn hóa"),
    ("chứng chỉ hành nghề dược", "Y tế"),
    ("thẻ hướng dẫn viên du lịch", "Du lịch"),
    ("giấy phép sử dụng tạm thời vỉa hè", "Giao thông"),
    ("giấy phép đấu nối thoát nước", "Xây dựng"),
    ("biển số nhà", "Xây dựng"),
    ("giấy phép chặt hạ cây xanh", "Xây dựng"),
    ("giấy chứng nhận an toàn thực phẩm", "Y tế"),
    ("giấy xác nhận khuyết tật", "Bảo trợ xã hội"),
    ("giấy phép thư viện tư nhân", "Văn hóa"),
    ("giấy phép quảng cáo", "Văn hóa"),
    ("thẻ bảo hiểm y tế", "Bảo trợ xã hội"),
];

/// Where officers go who are not needed any more.
pub(super) const ELSEWHERE: &str = "Trung tâm Phục vụ hành chính công";

const fn demands(documents: [u64; 2], limit: u32, minutes: u64) -> Demands {
    Demands { documents, limit, minutes }
}

const fn planted(was: i64, is: i64, apart: i64) -> Planted {
    Planted { was, is, apart }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in `places`: no chance is cut off, so the mean over offices is what was planted.
    #[test]
    fn no_chance_leaves_its_range() {
        for (at, planted) in HABITS.iter().enumerate() {
            let far = planted.apart + planted.apart / 2;
            let less = if at == Habit::Satisfied as usize { LATE + BUSINESS } else { 0 };
            let (low, high) = (planted.was.min(planted.is) - far + less, planted.was.max(planted.is) + far);
            assert!(low >= 0 && high <= 1_000, "{at}: {low} to {high}");
        }
    }
}
