/**
 * Packages that are for Windows or macOS alone. To add one, add a line: every line is tested.
 *
 * What belongs here: a package that has no files for Linux, that fails there when it is imported, or
 * that drives a program which only the other system has. What installs and works on Linux in any
 * useful part does not. In their own metadata these packages often do not say so, for wheels of pure
 * Python are for any system.
 */

/** One package, or all whose names begin alike. */
export interface PlatformPackage {
  /** In lower case with `-` between words; `*` at its end stands for any rest. */
  readonly name: string;
  readonly worksOn: "Windows" | "macOS" | "Windows and macOS";
  /** Where the name means this package. In both lists when it is not given. */
  readonly list?: "conda" | "pip";
  /** What Python, and Robot Framework, import of it. The name itself when it is not given. */
  readonly modules?: readonly string[];
  /** Where that can be seen. */
  readonly source: string;
}

const PYPI = "https://pypi.org/project/";
const CONDA = "https://anaconda.org/conda-forge/";

const MAC_MODULES = ["objc", "AppKit", "Cocoa", "Foundation", "Quartz"];

export const PLATFORM_PACKAGES: readonly PlatformPackage[] = [
  // The Windows API and what is built upon it.
  {
    name: "pywin32",
    worksOn: "Windows",
    modules: [
      ...[
        "win32api",
        "win32com",
        "win32con",
        "win32gui",
        "win32file",
        "win32process",
        "win32event",
      ],
      ...["win32service", "win32serviceutil", "win32print", "win32clipboard", "win32security"],
      ...[
        "pythoncom",
        "pywintypes",
        "win32timezone",
        "win32pipe",
        "win32job",
        "win32net",
        "win32ui",
      ],
    ],
    source: `${PYPI}pywin32/#files`,
  },
  { name: "pypiwin32", worksOn: "Windows", modules: ["win32api"], source: `${PYPI}pypiwin32/` },
  {
    name: "pywin32-ctypes",
    worksOn: "Windows",
    modules: ["win32ctypes"],
    source: `${PYPI}pywin32-ctypes/`,
  },
  {
    name: "win32-setctime",
    worksOn: "Windows",
    modules: ["win32_setctime"],
    source: `${PYPI}win32-setctime/`,
  },
  { name: "comtypes", worksOn: "Windows", source: `${PYPI}comtypes/` },
  { name: "wmi", worksOn: "Windows", source: `${PYPI}WMI/` },
  { name: "winshell", worksOn: "Windows", source: `${PYPI}winshell/` },
  { name: "pyuac", worksOn: "Windows", source: `${PYPI}pyuac/` },
  { name: "pycaw", worksOn: "Windows", source: `${PYPI}pycaw/` },
  { name: "winregistry", worksOn: "Windows", source: `${PYPI}winregistry/` },
  { name: "winsdk", worksOn: "Windows", source: `${PYPI}winsdk/#files` },
  { name: "winrt", worksOn: "Windows", source: `${PYPI}winrt/#files` },
  {
    name: "winrt-*",
    worksOn: "Windows",
    modules: ["winrt"],
    source: `${PYPI}winrt-runtime/#files`,
  },
  { name: "wincertstore", worksOn: "Windows", source: `${PYPI}wincertstore/` },
  {
    name: "python-certifi-win32",
    worksOn: "Windows",
    modules: ["certifi_win32"],
    source: `${PYPI}python-certifi-win32/`,
  },
  {
    name: "win-inet-pton",
    worksOn: "Windows",
    modules: ["win_inet_pton"],
    source: `${CONDA}win_inet_pton`,
  },
  // Windows consoles.
  { name: "pywinpty", worksOn: "Windows", modules: ["winpty"], source: `${PYPI}pywinpty/#files` },
  { name: "windows-curses", worksOn: "Windows", source: `${PYPI}windows-curses/#files` },
  { name: "pyreadline", worksOn: "Windows", source: `${PYPI}pyreadline/` },
  { name: "pyreadline3", worksOn: "Windows", source: `${PYPI}pyreadline3/` },
  { name: "wexpect", worksOn: "Windows", source: `${PYPI}wexpect/` },
  // Automation of Windows programs.
  { name: "pywinauto", worksOn: "Windows", source: `${PYPI}pywinauto/` },
  { name: "uiautomation", worksOn: "Windows", source: `${PYPI}uiautomation/` },
  { name: "pyautoit", worksOn: "Windows", modules: ["autoit"], source: `${PYPI}PyAutoIt/` },
  { name: "ahk", worksOn: "Windows", source: `${PYPI}ahk/` },
  {
    name: "rpaframework-windows",
    worksOn: "Windows",
    modules: ["RPA.Windows"],
    source: `${PYPI}rpaframework-windows/`,
  },
  {
    name: "robocorp-windows",
    worksOn: "Windows",
    modules: ["robocorp.windows"],
    source: `${PYPI}robocorp-windows/`,
  },
  {
    name: "robotframework-autoitlibrary",
    worksOn: "Windows",
    modules: ["AutoItLibrary"],
    source: `${PYPI}robotframework-autoitlibrary/`,
  },
  {
    name: "robotframework-flaui",
    worksOn: "Windows",
    modules: ["FlaUILibrary"],
    source: `${PYPI}robotframework-flaui/`,
  },
  {
    name: "robotframework-sapguilibrary",
    worksOn: "Windows",
    modules: ["SapGuiLibrary"],
    source: `${PYPI}robotframework-sapguilibrary/`,
  },
  {
    name: "robotframework-whitelibrary",
    worksOn: "Windows",
    modules: ["WhiteLibrary"],
    source: `${PYPI}robotframework-whitelibrary/`,
  },
  // Notifications of Windows.
  { name: "win10toast", worksOn: "Windows", source: `${PYPI}win10toast/` },
  { name: "win10toast-click", worksOn: "Windows", source: `${PYPI}win10toast-click/` },
  { name: "win11toast", worksOn: "Windows", source: `${PYPI}win11toast/` },
  { name: "winotify", worksOn: "Windows", source: `${PYPI}winotify/` },
  { name: "windows-toasts", worksOn: "Windows", source: `${PYPI}windows-toasts/` },
  // What conda itself installs on Windows: exported environments have it in their lists.
  { name: "vc", worksOn: "Windows", list: "conda", source: `${CONDA}vc` },
  { name: "vc14-runtime", worksOn: "Windows", list: "conda", source: `${CONDA}vc14_runtime` },
  { name: "vs2015-runtime", worksOn: "Windows", list: "conda", source: `${CONDA}vs2015_runtime` },
  { name: "ucrt", worksOn: "Windows", list: "conda", source: `${CONDA}ucrt` },
  { name: "winpty", worksOn: "Windows", list: "conda", source: `${CONDA}winpty` },
  { name: "m2w64-*", worksOn: "Windows", list: "conda", source: `${CONDA}m2w64-gcc-libs` },
  { name: "msys2-*", worksOn: "Windows", list: "conda", source: `${CONDA}msys2-conda-epoch` },
  {
    name: "console-shortcut",
    worksOn: "Windows",
    list: "conda",
    source: "https://anaconda.org/anaconda/console_shortcut",
  },
  // macOS. On PyPI appnope does nothing on Linux, but is there.
  { name: "appnope", worksOn: "macOS", list: "conda", source: `${CONDA}appnope` },
  { name: "python-app", worksOn: "macOS", list: "conda", source: `${CONDA}python.app` },
  { name: "pyobjc", worksOn: "macOS", modules: MAC_MODULES, source: `${PYPI}pyobjc/` },
  { name: "pyobjc-*", worksOn: "macOS", modules: MAC_MODULES, source: `${PYPI}pyobjc-core/#files` },
  { name: "appscript", worksOn: "macOS", source: `${PYPI}appscript/#files` },
  {
    name: "py-applescript",
    worksOn: "macOS",
    modules: ["applescript"],
    source: `${PYPI}py-applescript/`,
  },
  { name: "atomacos", worksOn: "macOS", source: `${PYPI}atomacos/` },
  { name: "py2app", worksOn: "macOS", source: `${PYPI}py2app/` },
  { name: "pync", worksOn: "macOS", source: `${PYPI}pync/` },
  { name: "rumps", worksOn: "macOS", source: `${PYPI}rumps/` },
  // Microsoft Word itself does its work.
  { name: "docx2pdf", worksOn: "Windows and macOS", source: `${PYPI}docx2pdf/` },
];
