fn main() {
    let study = giamtang::Study::load(std::env::args().nth(1).unwrap()).unwrap();
    let mut study = study;
    for s in std::env::args().skip(2) {
        study = study.set(&s).unwrap();
    }
    let t = std::time::Instant::now();
    let plan = match study.plan() {
        Ok(p) => p,
        Err(e) => {
            eprintln!("{e}");
            return;
        }
    };
    eprintln!("plan {:?}", t.elapsed());
    match plan.compare() {
        Ok(c) => println!("{}", serde_json::to_string_pretty(&c).unwrap()),
        Err(e) => eprintln!("{e}"),
    }
    eprintln!("compare {:?}", t.elapsed());
}
