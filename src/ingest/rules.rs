//! What a row can break, and what is suspicious in one that breaks nothing: names, and words in both languages.

use serde::Serialize;

/// Declares a list of findings: each once, with its name in results and what it says in English and in Vietnamese.
macro_rules! findings {
    ($(#[$doc:meta])* $list:ident { $($own:ident $name:literal $en:literal $vi:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $list {
            $(#[doc = $en] $own,)*
        }

        impl $list {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$own),*];

            /// The name in results.
            pub fn name(self) -> &'static str {
                match self { $(Self::$own => $name,)* }
            }

            /// What it is, and what to do: in English and in Vietnamese.
            pub fn says(self) -> [&'static str; 2] {
                match self { $(Self::$own => [$en, $vi],)* }
            }
        }
    };
}

findings! {
    /// What a row can break; one rule per row, the first in this order.
    ///
    /// Rules about one row come first. Repeated ids are looked for among the rows that break none of them, because a
    /// broken row is no evidence about another.
    Rule {
        BlankRow "blank_row"
            "A row without a single value, such as an empty line or `,,,`."
            "Dòng không có giá trị nào, như dòng trống hoặc `,,,`."
        RaggedRow "ragged_row"
            "A row with more or fewer fields than the header, so that no field can be trusted to stand in its column. Look for a quotation mark that is not closed, or a separator inside a text that is not quoted."
            "Dòng có số trường nhiều hoặc ít hơn dòng tiêu đề, nên không trường nào chắc nằm đúng cột. Hãy tìm dấu ngoặc kép chưa đóng hoặc dấu phân cách nằm trong văn bản không được đặt trong ngoặc kép."
        MalformedRow "malformed_row"
            "A line that is not one JSON object."
            "Dòng không phải là một đối tượng JSON."
        UndecodableText "undecodable_text"
            "Bytes that are no text in the file's encoding. Set `format.encoding` if another one was meant."
            "Chuỗi byte không phải văn bản trong bảng mã của tệp. Đặt `format.encoding` nếu tệp dùng bảng mã khác."
        NulByte "nul_byte"
            "A NUL character in a text: the file is damaged, or is no text."
            "Ký tự NUL trong văn bản: tệp bị hỏng hoặc không phải tệp văn bản."
        OversizedField "oversized_field"
            "A text of more than 64 KiB in a column that should hold a name, a date or a number."
            "Văn bản dài hơn 64 KiB trong cột chỉ nên chứa tên, ngày hoặc số."
        MissingId "missing_id"
            "No `case_id`, or a blank one."
            "Không có mã hồ sơ `case_id`, hoặc mã để trống."
        MissingActivity "missing_activity"
            "An event without an `activity`; a case without any event stands here too."
            "Bước xử lý không có tên `activity`; hồ sơ không có bước nào cũng nằm ở đây."
        MissingTime "missing_time"
            "An event without its time `at`: it has no place in its case."
            "Bước xử lý không có thời điểm `at` nên không biết đứng ở đâu trong hồ sơ."
        MissingReceived "missing_received"
            "No `received_at`: the dossier cannot be placed in a window."
            "Không có ngày tiếp nhận `received_at`: không xếp được hồ sơ vào kỳ nào."
        MissingValue "missing_value"
            "A blank in a column that every row of its table must have, such as the `score` of an answer."
            "Để trống cột mà mọi dòng của bảng phải có, như điểm `score` của một câu trả lời."
        UnparsableDate "unparsable_date"
            "A date that no known format reads, or a local time that summer time skips."
            "Ngày không đọc được theo định dạng nào đã biết, hoặc giờ địa phương bị bỏ qua khi đổi giờ mùa hè."
        OtherDateFormat "other_date_format"
            "A date that can be read, but not in the format of the rest of its column. Write the column in one format."
            "Ngày đọc được nhưng không theo định dạng của phần còn lại trong cột. Hãy ghi cả cột theo một định dạng."
        ImplausibleDate "implausible_date"
            "A date outside `log.plausible`, such as the years 1900 and 9999 that stand for none. List such texts under `format.absent` if they mean that there is no date."
            "Ngày nằm ngoài khoảng `log.plausible`, như năm 1900 hoặc 9999 dùng thay cho ô trống. Ghi các giá trị đó vào `format.absent` nếu chúng nghĩa là không có ngày."
        UnparsableNumber "unparsable_number"
            "A text in a column of numbers that is no whole number."
            "Giá trị trong cột số không phải là số nguyên."
        NegativeNumber "negative_number"
            "Money or a count below zero."
            "Số tiền hoặc số lượng nhỏ hơn không."
        UnparsableFlag "unparsable_flag"
            "A text in a column of yes or no that is neither; 1, true, yes, có and 0, false, no, không are read."
            "Giá trị trong cột có hoặc không nhưng không đọc được; các giá trị được đọc: 1, true, yes, có và 0, false, no, không."
        UnparsablePause "unparsable_pause"
            "A pause that is no interval `from/to` and no length such as `P3D`, or that ends before it starts."
            "Khoảng tạm dừng không có dạng `từ/đến`, không phải độ dài như `P3D`, hoặc kết thúc trước khi bắt đầu."
        UnknownOutcome "unknown_outcome"
            "An `outcome` that is none of granted, refused, withdrawn, returned. Map it under `[values.outcome]`."
            "Kết quả `outcome` không phải granted, refused, withdrawn hay returned. Hãy ánh xạ trong `[values.outcome]`."
        UnknownStatus "unknown_status"
            "A `status` outside the canonical list, where a KPI, the profile or `log.canonical` asks for it. Map it under `[values.status]`."
            "Trạng thái `status` ngoài danh mục chuẩn, khi chỉ tiêu, cấu hình nguồn dữ liệu hoặc `log.canonical` cần đến. Hãy ánh xạ trong `[values.status]`."
        UnknownChannel "unknown_channel"
            "A `channel` outside the canonical list, where a KPI, the profile or `log.canonical` asks for it. Map it under `[values.channel]`."
            "Kênh nộp `channel` ngoài danh mục chuẩn, khi chỉ tiêu, cấu hình nguồn dữ liệu hoặc `log.canonical` cần đến. Hãy ánh xạ trong `[values.channel]`."
        UnknownValue "unknown_value"
            "A value outside the canonical list of its column, such as a `service_level` that is none of full, partial, information. Map it under `[values]`."
            "Giá trị ngoài danh mục chuẩn của cột, như `service_level` không phải full, partial hay information. Hãy ánh xạ trong `[values]`."
        OutOfRange "out_of_range"
            "A number that cannot be: more than 24 hours in a day, more than the seven parts of a procedure, an answer of nobody, more đồng or things than 10¹⁵."
            "Số không thể có: hơn 24 giờ một ngày, hơn bảy nội dung của một thủ tục, câu trả lời của 0 người, số lượng hoặc số tiền vượt quá 10¹⁵."
        ScoreOffScale "score_off_scale"
            "A `score` outside its scale, or a scale whose ends are the wrong way round."
            "Điểm `score` nằm ngoài thang điểm, hoặc thang điểm có điểm thấp nhất cao hơn điểm cao nhất."
        EndsBeforeStart "ends_before_start"
            "A span that ends before it starts: `to` before `from`, `in_force_to` before `in_force_from`."
            "Khoảng thời gian kết thúc trước khi bắt đầu: `to` trước `from`, `in_force_to` trước `in_force_from`."
        FinishedBeforeReceived "finished_before_received"
            "`finished_at` before `received_at`, at the coarser precision of the two."
            "Ngày kết thúc `finished_at` trước ngày tiếp nhận `received_at`, so theo độ chính xác thô hơn."
        DueBeforeReceived "due_before_received"
            "A due date before `received_at`, at the coarser precision of the two."
            "Ngày hẹn trả trước ngày tiếp nhận `received_at`, so theo độ chính xác thô hơn."
        MilestonesOutOfOrder "milestones_out_of_order"
            "`submitted_at` after `received_at`, `delivered_at` before `finished_at`, a petition answered before it was received, or a procedure published before it was decided; at the coarser precision of the two."
            "Ngày nộp `submitted_at` sau ngày tiếp nhận `received_at`, ngày trả `delivered_at` trước ngày kết thúc `finished_at`, phản ánh, kiến nghị được trả lời trước khi tiếp nhận, hoặc thủ tục được công khai trước ngày quyết định; so theo độ chính xác thô hơn."
        OverlappingSpan "overlapping_span"
            "Two rows of one procedure, or of one office, hold on the same day: which of them is true is not known. Neither stays."
            "Hai dòng của cùng một thủ tục hoặc cùng một đơn vị có hiệu lực trong cùng một ngày nên không biết dòng nào đúng. Không giữ dòng nào."
        BrokenEvent "broken_event"
            "A case one of whose events is set aside: its milestones and steps cannot be trusted."
            "Hồ sơ có một bước xử lý bị cách ly nên các mốc thời gian và số bước không còn đáng tin."
        IdenticalRepeat "identical_repeat"
            "The same id again with the same content; of the roster and the ledger, which have no ids, the same row again: one row stays."
            "Trùng mã và trùng nội dung; với lịch trực và sổ chi phí, vốn không có mã, là trùng cả dòng: giữ lại một dòng."
        ConflictingRepeat "conflicting_repeat"
            "The same id again with other content: none stays."
            "Trùng mã nhưng khác nội dung: không giữ dòng nào."
    }
}

findings! {
    /// What is accepted and still suspicious, or flatters a figure.
    Suspicion {
        NoDueDate "no_due_date"
            "Dossiers without a due date. Dashboards count them as on time; here they are counted apart."
            "Hồ sơ không có ngày hẹn trả. Nhiều báo cáo tính là đúng hạn; ở đây được đếm riêng."
        DueMoved "due_moved"
            "Dossiers whose due date was moved. The date first promised counts."
            "Hồ sơ đã bị dời ngày hẹn trả. Ngày hẹn ban đầu được dùng để tính."
        SubmittedAsReceived "submitted_as_received"
            "`submitted_at` equals `received_at` everywhere: one was copied from the other, and waiting for acceptance looks like none."
            "`submitted_at` trùng `received_at` ở mọi hồ sơ: một cột được chép từ cột kia, nên thời gian chờ tiếp nhận luôn bằng không."
        ClosedWithinMinutes "closed_within_minutes"
            "Dossiers closed less than five minutes after they were received."
            "Hồ sơ được đóng chưa đầy năm phút sau khi tiếp nhận."
        ClosedAtOnce "closed_at_once"
            "Dossiers closed in the same second as nine others or more: a program closed them, not a person."
            "Hồ sơ được đóng cùng một giây với ít nhất chín hồ sơ khác: do phần mềm đóng hàng loạt."
        ClosedAtMonthsEnd "closed_at_months_end"
            "Closings on the last closing day of a month, more than three times an even share: a clearance before the report."
            "Hồ sơ được đóng vào ngày đóng hồ sơ cuối cùng của tháng, nhiều hơn ba lần mức đều: dồn đóng trước kỳ báo cáo."
        FinishedAsDue "finished_as_due"
            "Dossiers finished at the very moment they were due: one date was filled in from the other."
            "Hồ sơ kết thúc đúng vào thời điểm hẹn trả: một mốc được điền theo mốc kia."
        ReceivedAtMidnight "received_at_midnight"
            "Every `received_at` is midnight: these are days written as moments. Export them as days."
            "Mọi `received_at` đều là 0 giờ: đây là ngày được ghi như thời điểm. Hãy xuất dưới dạng ngày."
        FinishedAtMidnight "finished_at_midnight"
            "Every `finished_at` is midnight: these are days written as moments. Export them as days."
            "Mọi `finished_at` đều là 0 giờ: đây là ngày được ghi như thời điểm. Hãy xuất dưới dạng ngày."
        WaitingButDoneNationally "waiting_but_done_nationally"
            "Dossiers that wait here and are done in the national system."
            "Hồ sơ đang chờ ở đây nhưng đã xong trên hệ thống quốc gia."
        UnlistedValue "unlisted_value"
            "A value outside the canonical list, kept as itself. Map it under `[values]`."
            "Giá trị ngoài danh mục chuẩn, được giữ nguyên. Hãy ánh xạ trong `[values]`."
        EventsWithoutCase "events_without_case"
            "Events set aside that belong to no known case: any case may lack one, and so a date or a step."
            "Bước xử lý bị cách ly mà không biết thuộc hồ sơ nào: hồ sơ bất kỳ có thể thiếu một mốc hoặc một bước."
        ProcedureNotInCatalogue "procedure_not_in_catalogue"
            "Dossiers whose procedure is not in the catalogue on the day they were received: what they must bring and pay is not known. Add it to `procedures`, or write both names alike."
            "Hồ sơ có thủ tục không nằm trong danh mục vào ngày tiếp nhận: không biết phải nộp những gì. Hãy bổ sung vào bảng `procedures` hoặc ghi tên giống nhau ở cả hai bảng."
        AnswerWithoutDossier "answer_without_dossier"
            "Dossiers that answers or petitions are about, and that the log does not have. Check that both write the ids alike and are of the same months."
            "Hồ sơ được nêu trong phiếu khảo sát hoặc phản ánh, kiến nghị nhưng không có trong dữ liệu. Hãy kiểm tra hai bảng ghi mã hồ sơ giống nhau và cùng kỳ."
        OtherSheets "other_sheets"
            "Sheets of a workbook that hold something and are not read. Choose one with `log.sheet`."
            "Các trang tính có dữ liệu nhưng không được đọc. Chọn trang bằng `log.sheet`."
    }
}
