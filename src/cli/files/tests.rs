#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

use tempfile::TempDir;

use super::*;

fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

fn read_all(paths: &[PathBuf], selection: &Selection) -> Files {
    read(paths, selection, &mut io::empty()).unwrap()
}

/// The names of what is read under a folder, relative to it, and the faults.
fn under(folder: &TempDir, selection: &Selection) -> (Vec<String>, Vec<(String, FaultKind)>) {
    let files = read_all(&[folder.path().to_owned()], selection);
    let root = format!("{}/", name(folder.path()));
    let short = |name: &str| name.strip_prefix(&root).unwrap_or(".").to_owned();
    let names = files
        .documents
        .iter()
        .map(|document| short(&document.name))
        .collect();
    (
        names,
        files
            .faults
            .into_iter()
            .map(|fault| (short(&fault.name), fault.kind))
            .collect(),
    )
}

fn selection(include: &[&str], exclude: &[&str]) -> Selection {
    let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
    Selection {
        include: owned(include),
        exclude: owned(exclude),
        texts: false,
        streams: false,
    }
}

#[test]
fn a_folder_gives_its_json_files_hidden_ones_too_in_the_order_of_names() {
    let folder = folder(&[
        "b.json",
        "a/z.JSON",
        "a/.hidden/x.json",
        ".git/config.json",
        "notes.txt",
        ".ignored.json",
    ]);
    fs::write(folder.path().join(".gitignore"), "*.json").unwrap();
    fs::write(folder.path().join(".ignore"), "*.json").unwrap();
    let (names, faults) = under(&folder, &Selection::default());
    assert_eq!(names, [".ignored.json", "a/.hidden/x.json", "a/z.JSON", "b.json"]);
    assert_eq!(faults, []);
}

#[test]
fn a_named_file_is_read_whatever_it_is_called() {
    let folder = folder(&["policy.txt", "policy.json"]);
    let path = folder.path().join("policy.txt");
    let files = read_all(std::slice::from_ref(&path), &selection(&[], &["*"]));
    assert_eq!(
        files.documents,
        [Document {
            name: name(&path),
            bytes: b"policy.txt".to_vec(),
            is_named: true
        }]
    );
    assert_eq!((files.read(), files.unread()), (1, 0));
}

#[test]
fn a_file_is_read_once_and_counts_as_named_when_it_is() {
    let folder = folder(&["a.json", "b.json"]);
    let (file, root) = (folder.path().join("./a.json"), folder.path().to_owned());
    for paths in [[root.clone(), file.clone()], [file, root]] {
        let files = read_all(&paths, &Selection::default());
        let named: Vec<_> = files.documents.iter().map(|document| document.is_named).collect();
        assert_eq!(named, [true, false]);
    }
}

#[test]
fn globs_choose_and_leave_out() {
    let folder = folder(&["a.json", "a.txt", "old/a.json", "new/b.json", "new/deep/c.json"]);
    assert_eq!(
        under(&folder, &selection(&[], &["old"])).0,
        ["a.json", "new/b.json", "new/deep/c.json"]
    );
    assert_eq!(under(&folder, &selection(&["*.txt"], &[])).0, ["a.txt"]);
    assert_eq!(
        under(&folder, &selection(&["new/**"], &["deep/"])).0,
        ["new/b.json"]
    );
    assert_eq!(under(&folder, &selection(&["/a.*"], &["*.txt"])).0, ["a.json"]);
}

#[test]
fn a_glob_that_is_none_is_said() {
    let error = read(&[], &selection(&["a[json"], &[]), &mut io::empty()).unwrap_err();
    assert_eq!(error.glob, "a[json");
}

#[test]
fn what_is_not_there_is_a_fault_and_the_rest_is_read() {
    let folder = folder(&["a.json"]);
    symlink("nowhere", folder.path().join("b.json")).unwrap();
    let (names, faults) = under(&folder, &Selection::default());
    assert_eq!(
        (names, faults),
        (
            vec!["a.json".to_owned()],
            vec![("b.json".to_owned(), FaultKind::NotFound)]
        )
    );
    let files = read_all(
        &[folder.path().join("none"), folder.path().join("a.json")],
        &Selection::default(),
    );
    assert_eq!(
        (files.read(), files.faults.first().map(|fault| &fault.kind)),
        (1, Some(&FaultKind::NotFound))
    );
}

#[test]
fn pipes_sockets_and_devices_are_not_opened() {
    let folder = folder(&["a.json"]);
    let pipe = folder.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _listener = UnixListener::bind(folder.path().join("socket.json")).unwrap();
    UnixListener::bind(folder.path().join("not-ours.sock")).unwrap();
    symlink("/dev/null", folder.path().join("device.json")).unwrap();
    let (names, faults) = under(&folder, &Selection::default());
    assert_eq!(names, ["a.json"]);
    let expected = [
        ("device.json", "a device"),
        ("pipe.json", "a named pipe"),
        ("socket.json", "a socket"),
    ];
    let expected: Vec<_> = expected
        .map(|(name, what)| (name.to_owned(), FaultKind::NotAFile(what)))
        .into_iter()
        .collect();
    assert_eq!(faults, expected);
    let named = read_all(&[pipe], &Selection::default());
    let fault = named.faults.first().unwrap();
    assert_eq!(fault.to_string(), "it is a named pipe, not a file");
    assert!(fault.kind.help().is_some());
}

#[test]
fn links_are_followed_and_loops_are_said() {
    let folder = folder(&["a/b/x.json"]);
    symlink("../../a", folder.path().join("a/b/loop")).unwrap();
    symlink("a/b/x.json", folder.path().join("y.json")).unwrap();
    let (names, faults) = under(&folder, &Selection::default());
    assert_eq!(names, ["a/b/x.json", "y.json"]);
    assert_eq!(faults, [("a/b/loop".to_owned(), FaultKind::Loop)]);
}

#[test]
fn a_link_to_itself_is_a_fault() {
    let folder = folder(&["a.json"]);
    symlink("self.json", folder.path().join("self.json")).unwrap();
    let (_, faults) = under(&folder, &Selection::default());
    let [(name, FaultKind::Other(_))] = faults.as_slice() else {
        panic!("{faults:?}")
    };
    assert_eq!(name, "self.json");
}

#[test]
fn what_may_not_be_read_is_said() {
    let folder = folder(&["a.json", "secret.json", "closed/b.json"]);
    let secret = folder.path().join("secret.json");
    let closed = folder.path().join("closed");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = File::open(&secret).is_ok();
    let (names, faults) = under(&folder, &Selection::default());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root {
        assert_eq!(names, ["a.json"]);
        let expected = ["closed", "secret.json"].map(|name| (name.to_owned(), FaultKind::PermissionDenied));
        assert_eq!(faults, expected);
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = folder(&["a.json"]);
    let file = File::create(folder.path().join("large.json")).unwrap();
    file.set_len(MAX_BYTES + 1).unwrap();
    let (names, faults) = under(&folder, &Selection::default());
    assert_eq!(
        (names.len(), faults),
        (1, vec![("large.json".to_owned(), FaultKind::TooLarge)])
    );
}

#[test]
fn a_folder_without_anything_of_ours_is_a_fault() {
    let folder = folder(&["notes.txt"]);
    assert_eq!(
        under(&folder, &Selection::default()),
        (vec![], vec![(".".to_owned(), FaultKind::NothingInFolder)])
    );
}

#[test]
fn names_are_as_the_user_wrote_the_path() {
    let folder = folder(&["a/b.json"]);
    let written = folder.path().join("a/../a/");
    let files = read_all(std::slice::from_ref(&written), &Selection::default());
    assert_eq!(
        files.documents.first().unwrap().name,
        format!("{}b.json", name(&written))
    );
}

#[test]
fn compressed_files_are_read_as_what_they_unpack_to() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let packed = zstd::encode_all(&b"{}"[..], 1).unwrap();
    write("a.json.zst", &packed);
    write("b.csv.zst", &packed);
    write("c.json.gz", b"plain text");
    write("d.json", &packed);
    write("e.json.zst", packed.get(..packed.len() - 2).unwrap());
    let files = read(
        &[folder.path().to_owned()],
        &Selection::default(),
        &mut io::empty(),
    )
    .unwrap();
    let texts: Vec<_> = files.documents.iter().map(|d| d.bytes.as_slice()).collect();
    assert_eq!(texts, [b"{}", b"{}"]);
    let faults: Vec<_> = files.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("it is no gzip data"), "{faults:?}");
    assert!(
        faults[1].starts_with("its Zstandard data is cut off"),
        "{faults:?}"
    );
}

#[test]
fn what_unpacks_to_too_much_is_not_read() {
    let packed = zstd::encode_all(&[b' '; 10_000][..], 1).unwrap();
    let mut reader = decompress::open("a.zst", packed.as_slice()).unwrap();
    assert!(limited(&mut *reader, 9_999).unwrap().is_none());
    let mut reader = decompress::open("a.zst", packed.as_slice()).unwrap();
    assert_eq!(
        limited(&mut *reader, 10_000).unwrap().map(|text| text.len()),
        Some(10_000)
    );
}
