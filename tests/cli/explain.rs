//! `explain`: finding classes, fields by any of their names, and names that nobody knows.

use crate::support::Folder;

#[test]
fn every_finding_class_is_explained_with_its_levels() {
    let folder = Folder::new();
    for code in novita_migrate::Code::ALL {
        let ran = folder.run(&["explain", code.name()]);
        ran.ends(0);
        assert!(ran.out.starts_with(&format!("{code}: ")), "{}", ran.out);
        for part in [
            "What to do: ",
            &format!("--deny {code}"),
            &format!("--allow {code}"),
        ] {
            assert!(ran.out.contains(part), "{code} lacks {part}:\n{}", ran.out);
        }
        assert!(
            ran.out.lines().all(|line| line.chars().count() <= 80),
            "{}",
            ran.out
        );
    }
}

#[test]
fn every_field_of_the_guide_is_explained_with_its_line() {
    let folder = Folder::new();
    for row in novita_migrate::guide() {
        for path in [row.v2(), row.v3()].into_iter().flatten() {
            let ran = folder.run(&["explain", path]);
            ran.ends(0);
            let line = format!("guide line {}:", row.line());
            assert!(ran.out.contains(&line), "{path} lacks {line}:\n{}", ran.out);
        }
    }
}

#[test]
fn a_field_answers_to_its_last_name_its_path_and_a_pointer() {
    let folder = Folder::new();
    let names = [
        "controlnet_units[].module",
        "controlnet_units.module",
        "/controlnet_units/0/module",
        "module",
    ];
    let pages: Vec<String> = names
        .iter()
        .map(|name| folder.run(&["explain", name]).ends(0).out.clone())
        .collect();
    for page in &pages {
        let (_, rest) = page.split_once('\n').unwrap();
        let (_, first) = pages[0].split_once('\n').unwrap();
        assert_eq!(rest, first);
    }
    assert!(
        pages[0].contains("softedge_hed"),
        "the values that V3 lists:\n{}",
        pages[0]
    );
}

#[test]
fn a_field_shows_its_place_in_v3_and_the_contradictions_it_is_part_of() {
    let ran = Folder::new().run(&["explain", "batch_size"]);
    ran.ends(0);
    for part in [
        "txt2img request, guide line 53:",
        "img2img request, guide line 217:",
        "batch_size → request.image_num (changed)",
        "integer, 1 to 8",
        "required on: txt2img, img2img, inpainting",
        "num_images",
        "decided: ",
        "because: ",
    ] {
        assert!(ran.out.contains(part), "{part}:\n{}", ran.out);
    }
}

#[test]
fn names_that_two_fields_share_lead_to_both() {
    let ran = Folder::new().run(&["explain", "resize_mode"]);
    ran.ends(0);
    assert!(ran.out.contains("guide line 232:"), "{}", ran.out);
    assert!(
        ran.out.contains("See also: controlnet_units[].resize_mode"),
        "{}",
        ran.out
    );
}

#[test]
fn every_contradiction_is_shown_by_every_field_that_is_part_of_it() {
    let folder = Folder::new();
    for contradiction in novita_migrate::CONTRADICTIONS {
        for field in contradiction.fields {
            let ran = folder.run(&["explain", field]);
            ran.ends(0);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                words(&ran.out).contains(&words(contradiction.reason)),
                "{field}:\n{}",
                ran.out
            );
        }
    }
}

/// The fields of the nine contradictions that are known of the guide.
const CONTRADICTED: [&str; 9] = [
    "batch_size",
    "steps",
    "controlnet_units",
    "request.hires_fix.strength",
    "sd_refiner",
    "clip_skip",
    "prompt",
    "initial_noise_multiplier",
    "controlnet_units.control_mode",
];

#[test]
fn the_nine_contradictions_of_the_guide_are_known_by_their_fields() {
    let folder = Folder::new();
    let mut told: Vec<String> = Vec::new();
    for field in CONTRADICTED {
        let ran = folder.run(&["explain", field]);
        let (_, text) = ran
            .ends(0)
            .out
            .split_once("A contradiction of the guide:")
            .unwrap_or_else(|| panic!("{field}:\n{}", ran.out));
        assert!(
            text.contains("  decided: ") && text.contains("  because: "),
            "{field}: {text}"
        );
        told.push(text.to_owned());
    }
    told.sort();
    told.dedup();
    assert_eq!(told.len(), CONTRADICTED.len(), "each is one of its own");
}

#[test]
fn a_sampler_is_explained_with_its_ten_pairings_and_their_reasons() {
    let ran = Folder::new().run(&["explain", "sampler_name"]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = words(&ran.ends(0).out);
    let pairings = novita_migrate::pairings("sampler_name");
    assert_eq!(pairings.len(), 10);
    for pairing in pairings {
        let line = format!("{} → {}: {}", pairing.v2, pairing.v3, pairing.reason);
        assert!(page.contains(&words(&line)), "{line}:\n{page}");
    }
    assert!(page.contains("With --samplers nearest:"), "{page}");
}

#[test]
fn names_that_always_change_are_explained_without_an_option() {
    let ran = Folder::new().run(&["explain", "controlnet_units.module"]);
    let page = &ran.ends(0).out;
    assert!(page.contains("stands for them in V3:\n"), "{page}");
    assert!(page.contains("  hed → softedge_hed: "), "{page}");
}

#[test]
fn every_choice_is_shown_by_every_field_that_it_concerns() {
    let folder = Folder::new();
    for choice in novita_migrate::CHOICES {
        let rows = choice.rows.iter().flat_map(|row| [row.v2(), row.v3()]);
        let fields = rows.flatten().chain(choice.fields.iter().copied());
        for field in fields {
            let ran = folder.run(&["explain", field]);
            ran.ends(0);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let head = format!("With --{}", choice.option);
            assert!(
                ran.out.contains(&head) && words(&ran.out).contains(&words(choice.does)),
                "{field} lacks {head}:\n{}",
                ran.out
            );
        }
    }
}

#[test]
fn fields_of_progress_are_explained() {
    let ran = Folder::new().run(&["explain", "eta_relative"]);
    assert!(
        ran.ends(0).out.contains("data.eta_relative → task.eta"),
        "{}",
        ran.out
    );
    let ran = Folder::new().run(&["rules", "--document", "progress"]);
    assert!(ran.ends(0).out.contains("data.eta_relative"), "{}", ran.out);
}

#[test]
fn unknown_names_get_suggestions_and_exit_2() {
    let folder = Folder::new();
    folder
        .run(&["explain", "depricated-field"])
        .ends(2)
        .says(&["did you mean `deprecated-field`?"]);
    folder
        .run(&["explain", "n_itre"])
        .ends(2)
        .says(&["did you mean `n_iter`"]);
    folder.run(&["explain", "bananas"]).ends(2).says(&[
        "neither a finding class nor a field",
        "`novita-migrate rules`",
    ]);
    let ran = folder.run(&["explain", "a\u{1b}[2Jb"]);
    ran.ends(2);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn without_a_name_the_classes_are_listed() {
    let ran = Folder::new().run(&["explain"]);
    ran.ends(0);
    for code in novita_migrate::Code::ALL {
        assert!(
            ran.out.contains(code.name()) && ran.out.contains(code.summary()),
            "{code}:\n{}",
            ran.out
        );
    }
}
