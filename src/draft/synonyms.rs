//! What columns and values are called, in English and Vietnamese: the table of synonyms.
//!
//! Synonyms are in small letters, without marks, and apart by a comma ([`each`]); the more telling come first. Words
//! about dates (`DATE_WORDS`) are left out before dates are compared, so `open_dt`, `OpenDate` and `Ngày mở` are `open`
//! and `mo`.

/// The synonyms of a list.
pub(super) fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split(", ")
}

/// Words that say only that a column holds a date.
pub(super) const DATE_WORDS: &str =
    "date, datetime, time, timestamp, dt, at, on, day, utc, local, ngay, gio, luc, thoi, gian, diem";

/// Canonical columns of dossiers that hold dates.
pub(super) const DATES: &[(&str, &str)] = &[
    (
        "received_at",
        "received, tiep nhan, reception, receipt, open, opened, created, creation, create, start, started, \
         begin, requested, registered, registration, reported, intake, logged, filed, entered, entry, nhan ho \
         so, nhan, tiep nhan ho so, mo, bat dau, dang ky, request, case",
    ),
    ("submitted_at", "submitted, submission, lodged, applied, application, sent, nop, nop ho so, gui, gui ho so"),
    ("accepted_at", "accepted, acceptance, acknowledged, acknowledgement, chap nhan, thu ly"),
    (
        "due_at",
        "due, deadline, hen tra, han tra, sla target, target, sla, promised, promise, expected close, hen tra \
         ket qua, han xu ly, han giai quyet, den han, han, thoi han, end planned, planned end, estimated \
         completion, planned, expected, estimated, required by",
    ),
    ("original_due_at", "original due, first due, initial due, original deadline, hen tra truoc, hen tra cu"),
    (
        "finished_at",
        "finished, ket thuc xu ly, closed, close, end, ended, completed, completion, complete, resolved, \
         resolution, finish, done, decided, decision, ket thuc, hoan thanh, xu ly xong, giai quyet xong, giai \
         quyet, xong, dong, closing, actual completion",
    ),
    ("delivered_at", "delivered, delivery, tra ket qua, issued, issue, handed over, tra, giao, phat, dispatched"),
    ("apology_at", "apology, apologised, apologized, xin loi"),
];

/// Canonical columns of dossiers that hold names.
pub(super) const NAMES: &[(&str, &str)] = &[
    (
        "unit",
        "unit, don vi, don vi xu ly, office, department, agency, co quan, queue, phong ban, branch, \
         authority, organisation, organization, bureau, division, team, group, phong ban xu ly, co quan giai \
         quyet, agency responsible, owner, account, phuong xa, xa phuong, mot cua, noi xu ly",
    ),
    ("receiving_unit", "receiving unit, don vi tiep nhan, noi tiep nhan, co quan tiep nhan, intake office"),
    (
        "procedure",
        "procedure, ma thu tuc, thu tuc, ma tthc, tthc, ten thu tuc, ten tthc, case type, complaint type, \
         request type, service name, service request type, service type, permit type, application type, loai \
         thu tuc, loai ho so, type, category, service, dich vu",
    ),
    ("field", "field, linh vuc, ma linh vuc, ten linh vuc, sector, domain, subject, topic, nganh"),
    (
        "channel",
        "channel, kenh, kenh thuc hien, kenh tiep nhan, hinh thuc nop, hinh thuc tiep nhan, source, origin, \
         submission channel, intake channel, method received, submission method, contact method, open data \
         channel type, phuong thuc nop, nguon",
    ),
    ("outcome", "outcome, result, ket qua, decision, disposition, resolution, ket qua xu ly, ket qua giai quyet"),
    ("status", "status, trang thai, tinh trang, case status, state, trang thai ho so, tinh trang ho so, stage"),
    (
        "applicant",
        "applicant, loai doi tuong, doi tuong, applicant type, applicant kind, customer type, requester type",
    ),
    ("service_level", "service level, muc do, muc do dich vu, muc dvc, level of service"),
    (
        "officer",
        "officer, can bo, nguoi xu ly, chuyen vien, can bo xu ly, handler, assignee, assigned to, \
         responsible, case worker, caseworker, case manager, resource, employee",
    ),
    ("payment", "payment, payment method, hinh thuc thanh toan, thanh toan, hinh thuc thu, paid by"),
];

/// Canonical columns of dossiers that hold counts.
pub(super) const COUNTS: &[(&str, &str)] = &[
    ("visits", "visits, so lan di lai, so lan den, number of visits, contacts"),
    ("supplement_requests", "supplement requests, so lan bo sung, so lan yeu cau bo sung, supplements"),
    ("fee_vnd", "fee vnd, le phi, phi le phi, tong le phi"),
];

/// Canonical columns of dossiers that hold yes or no.
pub(super) const FLAGS: &[(&str, &str)] = &[
    ("digitised", "digitised, digitized, so hoa, duoc so hoa, da so hoa"),
    ("reused", "reused, tai su dung, duoc tai su dung"),
    ("e_result", "e result, electronic result, ket qua dien tu, co ket qua dien tu"),
    ("synced", "synced, dong bo, da dong bo"),
    ("vneid", "vneid, xac thuc vneid"),
    ("non_territorial", "non territorial, phi dia gioi, la phi dia gioi"),
];

/// What ids of dossiers are called.
pub(super) const IDS: &str = "case id, ma ho so, so ho so, case number, case no, dossier id, dossier number, case enquiry id, case concept \
     name, unique key, request id, service request id, service request number, sr number, ticket id, ticket number, \
     ticket, ma bien nhan, so bien nhan, so bien lai, application id, application number, permit number, reference \
     number, reference no, reference, record id, record number, case key, case, id, key, number, ma, uuid, guid";

/// The columns of events.
pub(super) const ACTIVITIES: &str = "activity, concept name, activity name, event, event name, step, step name, task, action, buoc, buoc xu ly, ten \
     buoc, hoat dong, cong viec, noi dung xu ly, thao tac, event type, su kien";
pub(super) const MOMENTS: &str = "timestamp, time, datetime, date, at, date time, time timestamp, event, completed, complete, end, xu ly, \
     finished, thuc hien, done, changed";
pub(super) const EVENT_OFFICERS: &str = "officer, org resource, resource, user, nguoi xu ly, can bo, performer";
pub(super) const EVENT_UNITS: &str =
    "unit, org group, group, department, phong ban xu ly, phong ban, don vi, don vi xu ly, team";
pub(super) const LIFECYCLES: &str = "lifecycle, lifecycle transition, transition";

/// Columns of places and of what else groups dossiers: nobody's office, but what may be sampled together.
pub(super) const PLACES_OF_CASES: &str = "district, ward, borough, neighborhood, neighbourhood, precinct, council district, council dist, community \
     board, city, municipality, commune, province, region, area, quan, huyen, phuong, xa, tinh, dia ban, police \
     district";

/// Columns about persons, beside those that giamtang refuses of itself: the whole name.
pub(super) const PERSONAL: &str = "name, full name, first name, last name, surname, given name, applicant name, customer name, citizen name, \
     owner name, requester name, contact name, person, phone, phone number, telephone, mobile, mobile number, \
     contact number, email, e mail, email address, address, street address, home address, incident address, \
     location address, birth, birthday, birth date, date of birth, dob, gender, sex, passport, passport number, id \
     card, national id, id number, ssn, social security number, tax id, tax code, ma so thue, nguoi lien he, ten \
     nguoi nop, so dien thoai, dia chi, ho ten, ngay sinh, gioi tinh, latitude, longitude, signature, comment, \
     comments, note, notes, description, applicant id, customer id, citizen id, closure reason notes";

/// Texts that mean that there is no value.
pub(super) const ABSENT: &str = "NULL, null, Null, N/A, n/a, NA, #N/A, None, none, NaN, nan, NaT, -, --, \\N, (blank), không có, Không có, chưa \
     có, Chưa có, 0000-00-00, 0000-00-00 00:00:00";

/// By canonical column and value: what sources call it.
pub(super) const VALUES: &[(&str, &[(&str, &str)])] = &[
    (
        "channel",
        &[
            (
                "online",
                "online, truc tuyen, internet, web, website, app, mobile, mobile app, portal, email, e mail, self \
         service, self service portal, digital, electronic, cong dich vu cong, dvc, qua mang, twitter, \
         facebook, social media, chat, zalo, dien tu",
            ),
            (
                "direct",
                "direct, truc tiep, desk, counter, in person, walk in, walkin, office, front desk, tai quay, tai bo \
         phan mot cua, mot cua",
            ),
            ("postal", "postal, post, mail, letter, buu chinh, buu dien, bcci, qua buu dien, by post"),
        ],
    ),
    (
        "outcome",
        &[
            (
                "granted",
                "granted, approved, issued, accepted, da tra ket qua, dong y, chap thuan, duoc cap, da cap, permit \
         issued, success, dat, hoan thanh",
            ),
            ("refused", "refused, rejected, denied, declined, tu choi, khong dong y, khong cap, khong dat"),
            ("withdrawn", "withdrawn, cancelled, canceled, rut, rut ho so, da rut, cong dan rut ho so, huy"),
            ("returned", "returned, incomplete, tra lai, tra ho so, tra lai ho so, khong tiep nhan"),
        ],
    ),
    (
        "status",
        &[
            ("submitted", "submitted, moi dang ky, cho tiep nhan"),
            ("received", "received, new, open, opened, da tiep nhan, duoc tiep nhan, moi tiep nhan"),
            ("refused_at_reception", "refused at reception, khong duoc tiep nhan, khong tiep nhan"),
            ("processing", "processing, in progress, pending, assigned, dang xu ly, dang giai quyet, started"),
            ("supplement_requested", "supplement requested, yeu cau bo sung giay to, yeu cau bo sung, cho bo sung"),
            ("payment_due", "payment due, yeu cau thuc hien nghia vu tai chinh, cho thanh toan"),
            ("withdrawn", "withdrawn, cancelled, canceled, cong dan yeu cau rut ho so, rut ho so, da rut"),
            ("stopped", "stopped, suspended, dung xu ly"),
            ("resolved", "resolved, closed, completed, finished, done, da xu ly xong, hoan thanh, co ket qua"),
            ("delivered", "delivered, da tra ket qua, issued"),
        ],
    ),
    (
        "applicant",
        &[
            ("citizen", "citizen, individual, resident, person, ca nhan, cong dan, nguoi dan"),
            ("business", "business, company, enterprise, commercial, doanh nghiep, cong ty"),
            ("agency", "agency, state agency, government, public body, co quan nha nuoc, co quan"),
            ("other", "other, organisation, organization, to chuc, khac, to chuc khac"),
        ],
    ),
    (
        "service_level",
        &[
            ("full", "full, toan trinh, dvc toan trinh, muc 4"),
            ("partial", "partial, mot phan, dvc mot phan, muc 3"),
            ("information", "information, cung cap thong tin, muc 2"),
        ],
    ),
    (
        "payment",
        &[
            ("cash", "cash, tien mat"),
            ("transfer", "transfer, bank transfer, chuyen khoan"),
            ("card", "card, credit card, debit card, the, quet the"),
            ("online", "online, truc tuyen, thanh toan truc tuyen"),
            ("exempt", "exempt, free, mien phi, mien, khong thu phi"),
            ("unpaid", "unpaid, chua thanh toan, chua thu"),
        ],
    ),
];

/// How activities begin with which the office waits for the applicant, and with which it goes on.
pub(super) const PAUSE: &str = "yeu cau bo sung, tam dung, request supplement, supplement request, request additional, request information, \
     request for information, request missing, await applicant, awaiting applicant, suspend, on hold, put on hold, \
     supplement requested, cho bo sung";
pub(super) const RESUME: &str = "nhan bo sung, tiep nhan bo sung, da bo sung, bo sung ho so, nop bo sung, receive supplement, supplement \
     received, received supplement, additional information received, information received, resubmit, resubmitted, \
     resume, tiep tuc";

/// Words in activities with which a dossier ends.
pub(super) const ENDS: &str = "tra ket qua, hoan thanh, ket thuc, tu choi, dong ho so, xong, close, closed, complete case, completed, \
     decision, granted, refused, resolved, finish, finished, issue permit, deliver, delivered, archive, withdraw, \
     withdrawn, rut ho so, end, result, done";

/// Zones with words by which their logs are known: of places, of their offices, of their language.
pub(super) const ZONES: &[(&str, &str)] = &[
    (
        "Asia/Ho_Chi_Minh",
        "ha noi, hanoi, ho chi minh, hcm, da nang, hai phong, can tho, hue, viet nam, vietnam, ubnd, tthc, ho \
         so, don vi, tiep nhan, phuong, thu tuc, linh vuc, dvcqg",
    ),
    (
        "America/New_York",
        "new york, nyc, nycc, brooklyn, manhattan, queens, bronx, staten island, boston, roxbury, dorchester, \
         massachusetts, philadelphia, baltimore, washington dc, atlanta, miami, buffalo, pittsburgh, \
         cincinnati",
    ),
    ("America/Chicago", "chicago, austin, dallas, houston, new orleans, minneapolis, kansas city, nashville"),
    ("America/Denver", "denver, colorado"),
    ("America/Los_Angeles", "san francisco, los angeles, seattle, oakland, san diego, san jose, portland"),
    ("America/Toronto", "toronto, ottawa, montreal"),
    ("Europe/London", "london, united kingdom, uk, birmingham, leeds, bristol, scotland, wales"),
    (
        "Europe/Amsterdam",
        "amsterdam, rotterdam, gemeente, aanvraag, zaak, aantekening, redenverlenging, behandelaar, \
         vergunning, nederland",
    ),
    ("Europe/Berlin", "berlin, hamburg, munchen, antrag, vorgang, sachbearbeiter, eingang, behorde"),
    ("Europe/Paris", "paris, demande, mairie, prefecture, usager"),
    ("Europe/Madrid", "madrid, barcelona, expediente, solicitud, ayuntamiento"),
    ("Asia/Singapore", "singapore"),
    ("Asia/Manila", "manila, philippines, barangay"),
    ("Asia/Jakarta", "jakarta, indonesia"),
    ("Asia/Kolkata", "delhi, mumbai, india, bengaluru"),
    ("Asia/Seoul", "seoul, korea"),
    ("Asia/Tokyo", "tokyo, japan"),
    ("Australia/Sydney", "sydney, melbourne, nsw"),
];
