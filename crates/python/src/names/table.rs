//! The functions whose argument is documented to be the name of a module, or to begin with one.

/// What a function does with a module's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Imports the module.
    Import,
    /// Imports it and returns its *top-level* package, so that no change of the name can move it.
    DunderImport,
    /// Looks whether it is there.
    Probe,
    /// Imports as much of `module.attribute.…` as is a module. Often takes an object instead, which is no
    /// concern of ours.
    Target,
    /// A key of `sys.modules`.
    Key,
    /// What the names of modules begin with, a dot at its end.
    Prefix,
    /// The package that a relative name is relative to.
    Anchor,
    /// Text that is run as code.
    Code,
}

/// A parameter that takes a module's name.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// The function's full name.
    pub(crate) function: &'static str,
    pub(crate) position: usize,
    pub(crate) keyword: &'static str,
    pub(crate) role: Role,
}

const fn takes(function: &'static str, position: usize, keyword: &'static str, role: Role) -> Parameter {
    Parameter { function, position, keyword, role }
}

/// One function a line, by the page of Python's documentation that describes it.
const PARAMETERS: &[Parameter] = &[
    // https://docs.python.org/3/library/functions.html#import__
    takes("__import__", 0, "name", Role::DunderImport),
    takes("builtins.__import__", 0, "name", Role::DunderImport),
    // https://docs.python.org/3/library/functions.html#exec
    takes("exec", 0, "source", Role::Code),
    takes("eval", 0, "source", Role::Code),
    takes("compile", 0, "source", Role::Code),
    takes("builtins.exec", 0, "source", Role::Code),
    takes("builtins.eval", 0, "source", Role::Code),
    takes("builtins.compile", 0, "source", Role::Code),
    // https://docs.python.org/3/library/importlib.html
    takes("importlib.__import__", 0, "name", Role::DunderImport),
    takes("importlib.import_module", 0, "name", Role::Import),
    takes("importlib.import_module", 1, "package", Role::Anchor),
    takes("importlib.find_loader", 0, "name", Role::Probe),
    takes("importlib.util.find_spec", 0, "name", Role::Probe),
    takes("importlib.util.find_spec", 1, "package", Role::Anchor),
    // https://docs.python.org/3/library/importlib.resources.html
    takes("importlib.resources.files", 0, "anchor", Role::Import),
    // its name from 3.11 until 3.13
    takes("importlib.resources.files", 0, "package", Role::Import),
    takes("importlib.resources.contents", 0, "package", Role::Import),
    takes("importlib.resources.is_resource", 0, "package", Role::Import),
    takes("importlib.resources.open_binary", 0, "package", Role::Import),
    takes("importlib.resources.open_text", 0, "package", Role::Import),
    takes("importlib.resources.path", 0, "package", Role::Import),
    takes("importlib.resources.read_binary", 0, "package", Role::Import),
    takes("importlib.resources.read_text", 0, "package", Role::Import),
    takes("importlib_resources.files", 0, "anchor", Role::Import),
    takes("importlib_resources.files", 0, "package", Role::Import),
    // https://setuptools.pypa.io/en/latest/pkg_resources.html#resourcemanager-api
    takes("pkg_resources.resource_exists", 0, "package_or_requirement", Role::Import),
    takes("pkg_resources.resource_filename", 0, "package_or_requirement", Role::Import),
    takes("pkg_resources.resource_isdir", 0, "package_or_requirement", Role::Import),
    takes("pkg_resources.resource_listdir", 0, "package_or_requirement", Role::Import),
    takes("pkg_resources.resource_stream", 0, "package_or_requirement", Role::Import),
    takes("pkg_resources.resource_string", 0, "package_or_requirement", Role::Import),
    // https://docs.python.org/3/library/runpy.html
    takes("runpy.run_module", 0, "mod_name", Role::Import),
    // https://docs.python.org/3/library/pkgutil.html
    takes("pkgutil.find_loader", 0, "fullname", Role::Probe),
    takes("pkgutil.get_data", 0, "package", Role::Import),
    takes("pkgutil.iter_modules", 1, "prefix", Role::Prefix),
    takes("pkgutil.walk_packages", 1, "prefix", Role::Prefix),
    takes("pkgutil.get_loader", 0, "module_or_name", Role::Probe),
    takes("pkgutil.resolve_name", 0, "name", Role::Target),
    // https://docs.python.org/3/library/sys.html#sys.modules, a dictionary
    takes("sys.modules.get", 0, "key", Role::Key),
    takes("sys.modules.pop", 0, "key", Role::Key),
    takes("sys.modules.setdefault", 0, "key", Role::Key),
    takes("sys.modules.__contains__", 0, "key", Role::Key),
    takes("sys.modules.__getitem__", 0, "key", Role::Key),
    takes("sys.modules.__setitem__", 0, "key", Role::Key),
    takes("sys.modules.__delitem__", 0, "key", Role::Key),
    // https://docs.python.org/3/library/unittest.mock.html#the-patchers
    takes("unittest.mock.patch", 0, "target", Role::Target),
    takes("unittest.mock.patch.dict", 0, "in_dict", Role::Target),
    takes("unittest.mock.patch.multiple", 0, "target", Role::Target),
    // https://pypi.org/project/mock/, the same for older Pythons
    takes("mock.patch", 0, "target", Role::Target),
    takes("mock.patch.dict", 0, "in_dict", Role::Target),
    takes("mock.patch.multiple", 0, "target", Role::Target),
    // https://pytest-mock.readthedocs.io/en/latest/usage.html
    takes("mocker.patch", 0, "target", Role::Target),
    takes("mocker.patch.dict", 0, "in_dict", Role::Target),
    takes("mocker.patch.multiple", 0, "target", Role::Target),
    // https://docs.pytest.org/en/stable/reference/reference.html
    takes("monkeypatch.setattr", 0, "target", Role::Target),
    takes("monkeypatch.delattr", 0, "target", Role::Target),
    takes("pytest.importorskip", 0, "modname", Role::Probe),
];

/// The parameters of a function that take a module's name.
pub(crate) fn parameters(function: &str) -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().filter(move |parameter| parameter.function == function)
}

/// The dictionary of modules.
pub(crate) const SYS_MODULES: &str = "sys.modules";

/// What a full name stands for, if it is a function that takes a module's name, or `sys.modules` or one of its methods.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    let is_of_sys_modules =
        name.strip_prefix(SYS_MODULES).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let function = || parameters(name).find(|one| one.role != Role::Code).map(|one| one.function);
    if is_of_sys_modules { Some(SYS_MODULES) } else { function() }
}
