/**
 * What packages of Python call from outside, and cannot do their work without. To add one, add a
 * line: every line is tested.
 *
 * What belongs here: a package that starts a program, or opens a library by its name, which neither
 * it nor its own dependencies bring. What it brings, or asks for in its ELF files, is found without.
 */

/** Something that a package calls. */
export interface CalledByPackage {
  /** The package of PyPI or conda: in lower case with `-` between words. */
  readonly name: string;
  /** Programs any of which is enough. */
  readonly programs?: readonly string[];
  /** A library that it opens by its name. */
  readonly library?: string;
  /** What draws on a screen, or reads from it. */
  readonly display?: true;
  /** The package of Debian that has a program; a library's is known by its name. */
  readonly debian?: string;
  /** Where that can be seen. */
  readonly source: string;
}

const PYPI = "https://pypi.org/project/";

const JAVA = { programs: ["java"], debian: "default-jre-headless" } as const;
const GIT = { programs: ["git"], debian: "git" } as const;
const FFMPEG = { programs: ["ffmpeg"], debian: "ffmpeg" } as const;
const TESSERACT = { programs: ["tesseract"], debian: "tesseract-ocr" } as const;
const GRAPHVIZ = { programs: ["dot"], debian: "graphviz" } as const;
const NODE = { programs: ["node"], debian: "nodejs" } as const;
const BROWSER = {
  programs: [
    ...["google-chrome", "google-chrome-stable", "chrome", "chromium", "chromium-browser"],
    ...["firefox", "firefox-esr", "microsoft-edge"],
  ],
  debian: "chromium",
} as const;
const SCREEN = { display: true, debian: "xvfb" } as const;

export const CALLED_BY_PACKAGES: readonly CalledByPackage[] = [
  { name: "gitpython", ...GIT, source: `${PYPI}GitPython/` },
  { name: "pre-commit", ...GIT, source: "https://pre-commit.com/" },
  // Documents.
  {
    name: "pdf2image",
    programs: ["pdftoppm"],
    debian: "poppler-utils",
    source: `${PYPI}pdf2image/`,
  },
  { name: "pytesseract", ...TESSERACT, source: `${PYPI}pytesseract/` },
  {
    name: "ocrmypdf",
    ...TESSERACT,
    source: "https://ocrmypdf.readthedocs.io/en/latest/installation.html",
  },
  { name: "ocrmypdf", programs: ["gs"], debian: "ghostscript", source: `${PYPI}ocrmypdf/` },
  { name: "pdfkit", programs: ["wkhtmltopdf"], source: `${PYPI}pdfkit/` },
  { name: "imgkit", programs: ["wkhtmltoimage"], source: `${PYPI}imgkit/` },
  { name: "pypandoc", programs: ["pandoc"], debian: "pandoc", source: `${PYPI}pypandoc/` },
  { name: "graphviz", ...GRAPHVIZ, source: `${PYPI}graphviz/` },
  { name: "pydot", ...GRAPHVIZ, source: `${PYPI}pydot/` },
  {
    name: "weasyprint",
    library: "libpango-1.0.so.0",
    source: "https://doc.courtbouillon.org/weasyprint/stable/first_steps.html",
  },
  {
    name: "cairocffi",
    library: "libcairo.so.2",
    source: "https://doc.courtbouillon.org/cairocffi/stable/overview.html",
  },
  { name: "pyzbar", library: "libzbar.so.0", source: `${PYPI}pyzbar/` },
  { name: "python-magic", library: "libmagic.so.1", source: `${PYPI}python-magic/` },
  // Java.
  {
    name: "tabula-py",
    ...JAVA,
    source: "https://tabula-py.readthedocs.io/en/latest/getting_started.html",
  },
  { name: "jpype1", ...JAVA, source: "https://jpype.readthedocs.io/en/latest/install.html" },
  { name: "jaydebeapi", ...JAVA, source: `${PYPI}JayDeBeApi/` },
  { name: "tika", ...JAVA, source: `${PYPI}tika/` },
  {
    name: "pyspark",
    ...JAVA,
    source: "https://spark.apache.org/docs/latest/api/python/getting_started/install.html",
  },
  { name: "language-tool-python", ...JAVA, source: `${PYPI}language-tool-python/` },
  { name: "robotframework-sikulilibrary", ...JAVA, source: `${PYPI}robotframework-SikuliLibrary/` },
  // Sound and film.
  { name: "pydub", ...FFMPEG, source: `${PYPI}pydub/` },
  { name: "ffmpeg-python", ...FFMPEG, source: `${PYPI}ffmpeg-python/` },
  { name: "openai-whisper", ...FFMPEG, source: `${PYPI}openai-whisper/` },
  {
    name: "sounddevice",
    library: "libportaudio.so.2",
    source: "https://python-sounddevice.readthedocs.io/en/latest/installation.html",
  },
  // Browsers. Playwright's are no programs of PATH: see `browser_folders.ts`.
  {
    name: "selenium",
    ...BROWSER,
    source: "https://www.selenium.dev/documentation/webdriver/browsers/",
  },
  {
    name: "robotframework-browser",
    ...NODE,
    source: "https://github.com/MarketSquare/robotframework-browser#installation-instructions",
  },
  // Screens.
  {
    name: "pyautogui",
    ...SCREEN,
    source: "https://pyautogui.readthedocs.io/en/latest/install.html",
  },
  { name: "pynput", ...SCREEN, source: "https://pynput.readthedocs.io/en/latest/limitations.html" },
  {
    name: "robotframework-sikulilibrary",
    ...SCREEN,
    source: `${PYPI}robotframework-SikuliLibrary/`,
  },
  {
    name: "robotframework-imagehorizonlibrary",
    ...SCREEN,
    source: `${PYPI}robotframework-imagehorizonlibrary/`,
  },
  {
    name: "pyperclip",
    programs: ["xclip", "xsel", "wl-copy"],
    debian: "xclip",
    source: "https://pyperclip.readthedocs.io/en/latest/introduction.html",
  },
];
