/**
 * Robots of our own making, each of a shape that public ones have, and what RCC makes of it by its
 * own rules: whether it loads robot.yaml and finds it valid.
 */

/** A robot, alone in a folder or with others. */
export interface Shape {
  readonly what: string;
  readonly yaml: string;
  /** Whether RCC loads and accepts the robot.yaml. */
  readonly rcc: "accepts" | "refuses";
  /** Other files, from the robot's folder; `../` is another folder of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** The robot's folder in the repository: `robot` when it is not given. */
  readonly at?: string;
  /** Whether it needs `--root`. */
  readonly outside?: boolean;
  /** The kinds of the warnings, in any order. */
  readonly warnings?: readonly string[];
  /** Paths that are packed, from the root. */
  readonly has?: readonly string[];
  /** Paths that are not. */
  readonly lacks?: readonly string[];
  /** RCC accepts the robot.yaml, and could not start any task of it: why. */
  readonly unusable?: string;
}

const CONDA = "channels: [conda-forge]\ndependencies: [python=3.11.7]\n";
const RUN = "tasks: {Run: {shell: python task.py}}\nartifactsDir: output\n";
const PYTHON = `${RUN}condaConfigFile: conda.yaml\n`;
const task = { "task.py": "" };
const python = { ...task, "conda.yaml": CONDA };

const PLAIN: readonly Shape[] = [
  { what: "a shell robot", yaml: RUN, files: task, rcc: "accepts" },
  { what: "a robot with an environment", yaml: PYTHON, files: python, rcc: "accepts" },
  {
    what: "Robot Framework's template",
    yaml: "tasks:\n  Run all tasks:\n    shell: python -m robot --report NONE --outputdir output " +
      '--logtitle "Task log" tasks.robot\nartifactsDir: output\nPATH: [.]\nPYTHONPATH: [.]\n' +
      "ignoreFiles: [.gitignore]\ncondaConfigFile: conda.yaml\nenvironmentConfigs:\n" +
      "  - environment_linux_amd64_freeze.yaml\n  - environment_windows_amd64_freeze.yaml\n" +
      "  - conda.yaml\n",
    files: { "tasks.robot": "", "conda.yaml": CONDA, ".gitignore": "output\n*.pyc\n" },
    rcc: "accepts",
    has: [".gitignore", "output", "tasks.robot"],
  },
  {
    what: "the template's older robotTaskName",
    yaml:
      "tasks: {Main: {robotTaskName: Main}}\nartifactsDir: output\ncondaConfigFile: conda.yaml\n",
    files: { "tasks.robot": "", "conda.yaml": CONDA },
    rcc: "accepts",
  },
  {
    what: "several tasks of all kinds, and devTasks",
    yaml: "tasks:\n  A: {shell: python task.py}\n  B: {command: [python, task.py]}\n" +
      "  C: {robotTaskName: C}\ndevTasks: {D: {shell: pip list}}\nartifactsDir: output\n",
    files: { ...task, "c.robot": "" },
    rcc: "accepts",
  },
  {
    what: "devTasks without anything to run",
    yaml: `${RUN}devTasks: {A: {}, B: , C: {shell: "'"}}\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "work items and their env.json",
    yaml: PYTHON,
    files: { ...python, "devdata/env.json": "{}", "devdata/work-items-in/items.json": "[]" },
    rcc: "accepts",
    has: ["devdata/env.json", "devdata/work-items-in/items.json"],
  },
  {
    what: "producer and consumer as modules of Robocorp's tasks",
    yaml: "tasks:\n  Producer: {shell: python -m robocorp.tasks run tasks.py -t producer}\n" +
      "  Consumer: {shell: python -m robocorp.tasks run tasks.py -t consumer}\n" +
      "artifactsDir: output\ncondaConfigFile: conda.yaml\n",
    files: { "tasks.py": "", "conda.yaml": CONDA },
    rcc: "accepts",
  },
  {
    what: "a Robotmk suite",
    yaml: "tasks: {suite: {shell: robot --name suite --outputdir output suite.robot}}\n" +
      "artifactsDir: output\ncondaConfigFile: conda.yaml\nignoreFiles: []\n",
    files: { "suite.robot": "", "conda.yaml": CONDA },
    rcc: "accepts",
  },
  {
    what: "an environment alone, as Robotmk builds one",
    yaml: "tasks: {just create an environment: {shell: python --version}}\nartifactsDir: output\n" +
      "condaConfigFile: conda.yaml\n",
    files: { "conda.yaml": CONDA },
    rcc: "accepts",
  },
  {
    what: "pre-run scripts for three systems",
    yaml: `${PYTHON}preRunScripts:\n  - pre_linux.sh\n  - pre_windows.bat 'x\n  - python pre.py\n`,
    files: { ...python, "pre_linux.sh": "", "pre.py": "" },
    rcc: "accepts",
  },
  {
    what: "unknown keys, some of them twice",
    yaml: `${RUN}name: a\nname: b\nversion: {x: [1]}\ninputs:\n- type: x\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "a task's unknown keys",
    yaml: "tasks: {Run: {shell: python task.py, documentation: x, timeout: 5}}\nartifactsDir: o\n",
    files: task,
    rcc: "accepts",
  },
  { what: "no end of line at the end", yaml: RUN.trimEnd(), files: task, rcc: "accepts" },
  {
    what: "lines of Windows and a byte order mark",
    yaml: `\ufeff${RUN.replaceAll("\n", "\r\n")}`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "a package.yaml for an environment",
    yaml: `${RUN}condaConfigFile: package.yaml\n`,
    files: { ...task, "package.yaml": "dependencies: {conda-forge: [python=3.11.7]}\n" },
    rcc: "accepts",
  },
  {
    what: "a conda.yaml in a folder of its own",
    yaml: `${RUN}condaConfigFile: config/conda.yaml\n`,
    files: { ...task, "config/conda.yaml": CONDA },
    rcc: "accepts",
    has: ["config/conda.yaml"],
  },
  {
    what: "freeze files of others alone, so a shell robot",
    yaml: `${RUN}environmentConfigs: [environment_windows_amd64_freeze.yaml]\n`,
    files: task,
    rcc: "accepts",
    warnings: ["no-environment"],
  },
  {
    what: "a hololib.zip beside robot.yaml",
    yaml: PYTHON,
    files: { ...python, "hololib.zip": "" },
    rcc: "accepts",
    lacks: ["hololib.zip"],
  },
  {
    what: "all lists empty",
    yaml: `${RUN}PATH:\nPYTHONPATH: []\nignoreFiles: ~\n`,
    files: task,
    rcc: "accepts",
  },
];

const PATHS: readonly Shape[] = [
  {
    what: "an absolute PATH",
    yaml: `${RUN}PATH: [/bin, /usr/bin, .]\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "an absolute PYTHONPATH",
    yaml: `${RUN}PYTHONPATH: [/opt/libs]\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "an absolute condaConfigFile, which is joined",
    yaml: `${RUN}condaConfigFile: /conda.yaml\n`,
    files: python,
    rcc: "accepts",
  },
  {
    what: "an absolute artifactsDir",
    yaml: RUN.replace("output", "/tmp/out"),
    files: task,
    rcc: "accepts",
    has: ["tmp/out"],
  },
  {
    what: "an absolute artifactsDir of Robot Framework",
    yaml: "tasks: {A: {robotTaskName: A}}\nartifactsDir: /output\n",
    files: { "a.robot": "" },
    rcc: "accepts",
    has: ["output"],
  },
  {
    what: "artifacts beside the code",
    yaml: RUN.replace("output", "."),
    files: { ...task, "log.html": "" },
    rcc: "accepts",
    warnings: ["artifacts-dir"],
    has: ["task.py", "log.html"],
  },
  {
    what: "artifacts beside the code, the long way",
    yaml: RUN.replace("output", "./a/.."),
    files: task,
    rcc: "accepts",
    warnings: ["artifacts-dir"],
  },
  {
    what: "artifacts far below",
    yaml: RUN.replace("output", "a/b/c/"),
    files: task,
    rcc: "accepts",
    has: ["a/b/c"],
  },
  {
    what: "a folder of Windows for artifacts",
    yaml: RUN.replace("output", "C:\\out"),
    files: task,
    rcc: "accepts",
    warnings: ["backslash"],
    has: ["C:\\out"],
  },
  {
    what: "an artifactsDir that is a number",
    yaml: RUN.replace("output", "007"),
    files: task,
    rcc: "accepts",
    has: ["007"],
  },
  {
    what: "an artifactsDir of a block",
    yaml: RUN.replace("output", "|-\n  output"),
    files: task,
    rcc: "accepts",
  },
  {
    what: "an artifactsDir that ends in a line feed",
    yaml: RUN.replace("output", "|\n  output"),
    files: task,
    rcc: "accepts",
    has: ["output\n"],
  },
  {
    what: "backslashes in search paths",
    yaml: `${RUN}PATH: ['.\\bin']\nPYTHONPATH: ['C:\\libs']\n`,
    files: task,
    rcc: "accepts",
    warnings: ["backslash", "backslash"],
  },
  {
    what: "folders that are not there",
    yaml: `${RUN}PATH: [bin, ../gone]\nPYTHONPATH: [../../x]\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "an ignore file that is not there",
    yaml: `${RUN}ignoreFiles: [.gitignore]\n`,
    files: task,
    rcc: "accepts",
    warnings: ["ignore-file"],
  },
  {
    what: "an ignore file of the repository",
    yaml: `${RUN}ignoreFiles: [../.gitignore]\n`,
    files: { ...task, "../.gitignore": "*.log\n", "a.log": "" },
    rcc: "accepts",
    lacks: ["a.log"],
  },
  {
    what: "an absolute ignore file",
    yaml: `${RUN}ignoreFiles: [/x]\n`,
    files: task,
    rcc: "accepts",
    warnings: ["ignore-file"],
  },
  {
    what: "an empty ignore file's name",
    yaml: `${RUN}ignoreFiles: ["", " "]\n`,
    files: task,
    rcc: "accepts",
  },
];

const MONOREPOS: readonly Shape[] = [
  {
    what: "a repository with one conda.yaml",
    yaml: `${RUN}condaConfigFile: ../conda.yaml\n`,
    files: { ...task, "../conda.yaml": CONDA, "../other/x": "" },
    rcc: "accepts",
    outside: true,
    has: ["conda.yaml", "robot/task.py"],
    lacks: ["other"],
  },
  {
    what: "a repository with environments in a folder",
    yaml:
      `${RUN}environmentConfigs: [../envs/environment_linux_amd64_freeze.yaml, ../envs/conda.yaml]\n`,
    files: { ...task, "../envs/conda.yaml": CONDA, "../envs/x": "" },
    rcc: "accepts",
    outside: true,
    has: ["envs/conda.yaml"],
    lacks: ["envs/x"],
  },
  {
    what: "a shared library two folders up",
    yaml: `${RUN}PYTHONPATH: [., ../../shared]\n`,
    files: { ...task, "../../shared/lib.py": "", "../../shared/sub/a.py": "" },
    at: "robots/a",
    rcc: "accepts",
    outside: true,
    has: ["shared/lib.py", "shared/sub/a.py", "robots/a/task.py"],
  },
  {
    what: "the whole repository on PYTHONPATH",
    yaml: `${RUN}PYTHONPATH: [..]\n`,
    files: { ...task, "../lib.py": "", "../b/x.py": "" },
    rcc: "accepts",
    outside: true,
    has: ["lib.py", "b/x.py", "robot/task.py"],
  },
  {
    what: "a shared folder of programs",
    yaml: `${RUN}PATH: [../bin]\n`,
    files: { ...task, "../bin/tool": "" },
    rcc: "accepts",
    outside: true,
    has: ["bin/tool"],
  },
  {
    what: "a task's script in another folder",
    yaml: "tasks: {Run: {shell: python ../scripts/run.py}}\nartifactsDir: output\n",
    files: { "../scripts/run.py": "", "../scripts/other.py": "" },
    rcc: "accepts",
    outside: true,
    has: ["scripts/run.py"],
    lacks: ["scripts/other.py"],
  },
  {
    what: "Robot Framework with shared variables",
    yaml:
      "tasks: {Run: {command: [python, -m, robot, --pythonpath=.:../libs, --variablefile, ../v.py, t.robot]}}\n" +
      "artifactsDir: output\n",
    files: { "t.robot": "", "../libs/a.py": "", "../v.py": "" },
    rcc: "accepts",
    outside: true,
    has: ["libs/a.py", "v.py"],
  },
  {
    what: "a shared pre-run script",
    yaml: `${PYTHON}preRunScripts: [python ../prepare.py]\n`,
    files: { ...python, "../prepare.py": "" },
    rcc: "accepts",
    outside: true,
    has: ["prepare.py"],
  },
  {
    what: "one output folder for all robots",
    yaml: RUN.replace("output", "../output"),
    files: { ...task, "../output/old": "" },
    rcc: "accepts",
    outside: true,
    has: ["output"],
    lacks: ["output/old"],
  },
  {
    what: "the repository's root for artifacts",
    yaml: RUN.replace("output", ".."),
    files: { ...task, "../x": "" },
    rcc: "accepts",
    outside: true,
    lacks: ["x"],
  },
  {
    what: "a conda.yaml that is a link into the repository",
    yaml: PYTHON,
    files: { ...task, "../conda.yaml": CONDA },
    links: { "conda.yaml": "../conda.yaml" },
    rcc: "accepts",
    outside: true,
    has: ["conda.yaml", "robot/conda.yaml"],
  },
  {
    what: "a robot.yaml that is a link into the repository",
    yaml: "",
    files: { ...task, "../common.yaml": RUN },
    links: { "robot.yaml": "../common.yaml" },
    rcc: "accepts",
    outside: true,
    has: ["common.yaml", "robot/robot.yaml"],
  },
  {
    what: "a word that only looks like a path",
    yaml: "tasks: {Run: {command: [sh, -c, cd .. && ls, ../gone]}}\nartifactsDir: output\n",
    rcc: "accepts",
  },
];

const LINKS: readonly Shape[] = [
  {
    what: "a virtual environment",
    yaml: RUN,
    files: { ...task, ".venv/lib/x.py": "" },
    links: { ".venv/python": "/usr/bin/env", ".venv/lib64": "lib" },
    rcc: "accepts",
    warnings: ["link"],
    has: [".venv/lib/x.py", ".venv/lib64"],
    lacks: [".venv/python"],
  },
  {
    what: "a virtual environment that is ignored",
    yaml: `${RUN}ignoreFiles: [.gitignore]\n`,
    files: { ...task, ".gitignore": ".venv/\n", ".venv/x": "" },
    links: { ".venv/python": "/usr/bin/env" },
    rcc: "accepts",
    lacks: [".venv", ".venv/python"],
  },
  {
    what: "packages of Node with links of a workspace",
    yaml: RUN,
    files: { ...task, "node_modules/a/index.js": "", "../packages/b/index.js": "" },
    links: { "node_modules/b": "../../packages/b" },
    rcc: "accepts",
    warnings: ["link"],
    lacks: ["node_modules/b"],
  },
  {
    what: "links inside, and to nothing",
    yaml: RUN,
    files: task,
    links: { a: "task.py", b: "gone" },
    rcc: "accepts",
    has: ["a", "b"],
  },
  {
    what: "a folder of data elsewhere",
    yaml: RUN,
    files: task,
    links: { data: "/mnt/data" },
    rcc: "accepts",
    warnings: ["link"],
  },
];

const ODD_YAML: readonly Shape[] = [
  {
    what: "tasks that stand twice",
    yaml: `${RUN}tasks: {More: {shell: python task.py}}\n`,
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
  },
  {
    what: "artifactsDir twice",
    yaml: `${RUN}artifactsDir: out\n`,
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
    has: ["out"],
  },
  {
    what: "a list twice",
    yaml: `${RUN}PATH: [a]\nPATH: [b]\n`,
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
  },
  {
    what: "one task's name twice",
    yaml: "tasks:\n  Run: {shell: a b}\n  Run: {shell: python task.py}\nartifactsDir: output\n",
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
  },
  {
    what: "a task with one key twice",
    yaml: "tasks: {Run: {shell: x, shell: python task.py}}\nartifactsDir: output\n",
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
  },
  {
    what: "a tag of its own",
    yaml: RUN.replace("python", "!env python"),
    files: task,
    rcc: "accepts",
    warnings: ["yaml"],
  },
  {
    what: "tags on lists and mappings",
    yaml: `${RUN}PATH: !x [.]\n`.replace("{Run", "!y {Run"),
    files: task,
    rcc: "accepts",
  },
  {
    what: "a text as binary",
    yaml: RUN.replace("output", "!!binary b3V0cHV0"),
    files: task,
    rcc: "accepts",
    has: ["output"],
  },
  {
    what: "a task whose quotes are not closed, among others",
    yaml: `${RUN.replace("}}", `}, Bad: {shell: "echo 'x"}}`)}`,
    files: task,
    rcc: "accepts",
    warnings: ["task"],
  },
  {
    what: "a task of comments alone, among others",
    yaml: `${RUN.replace("}}", `}, Later: {shell: "# x"}}`)}`,
    files: task,
    rcc: "accepts",
    warnings: ["task"],
  },
  {
    what: "a pre-run script that cannot be split, of a shell robot",
    yaml: `${RUN}preRunScripts: ["'"]\n`,
    files: task,
    rcc: "accepts",
  },
  {
    what: "anchors and merges",
    yaml:
      "x: &x {shell: python task.py}\ntasks: {A: *x, B: {<<: *x}}\nartifactsDir: &o output\nPATH: [*o]\n",
    files: task,
    rcc: "accepts",
  },
  {
    what: "merged tasks and own ones",
    yaml:
      "x: &x {tasks: {A: {shell: python task.py}}}\n<<: *x\ntasks: {B: {shell: python task.py}}\n" +
      "artifactsDir: output\n",
    files: task,
    rcc: "accepts",
  },
  { what: "a second document", yaml: `${RUN}---\nx: [\n`, files: task, rcc: "accepts" },
  {
    what: "numbers and booleans for names",
    yaml: "tasks: {1.10: {shell: yes}, on: {shell: no}}\nartifactsDir: y\n",
    rcc: "accepts",
  },
  {
    what: "a folded command",
    yaml: "tasks:\n  Run:\n    shell: >\n      python\n      task.py\nartifactsDir: output\n",
    files: task,
    rcc: "accepts",
  },
  {
    what: "a key of nothing for the environment",
    yaml: `${RUN}condaConfigFile:\n`,
    files: task,
    rcc: "accepts",
  },
];

const MISSING: readonly Shape[] = [
  { what: "a script that is not there", yaml: RUN, rcc: "accepts", warnings: ["script"] },
  {
    what: "a script that is left out",
    yaml: `${RUN}ignoreFiles: [.gitignore]\n`,
    files: { ...task, ".gitignore": "*.py\n" },
    rcc: "accepts",
    warnings: ["script"],
  },
  {
    what: "Robot Framework without a suite",
    yaml: "tasks: {A: {robotTaskName: A}}\nartifactsDir: output\n",
    rcc: "accepts",
    warnings: ["script"],
  },
  {
    what: "a suite that is not there",
    yaml: "tasks: {A: {shell: python -m robot -d output tasks/a.robot}}\nartifactsDir: output\n",
    rcc: "accepts",
    warnings: ["script"],
  },
  {
    what: "a secret beside the code",
    yaml: RUN,
    files: { ...task, ".env": "A=b\n" },
    rcc: "accepts",
    warnings: ["secret"],
    has: [".env"],
  },
];

/** What RCC refuses, we refuse. */
const REFUSED: readonly Shape[] = [
  ["no tasks", "artifactsDir: output\n"],
  ["tasks of nothing", "tasks:\nartifactsDir: output\n"],
  ["tasks, and then nothing", `${RUN}tasks:\n`],
  ["no task in tasks", "tasks: {}\nartifactsDir: output\n"],
  ["no artifactsDir", "tasks: {Run: {shell: x}}\n"],
  ["an artifactsDir that is nothing in the end", `${RUN}artifactsDir:\n`],
  ["a task of nothing", "tasks: {Run: {}}\nartifactsDir: output\n"],
  ["a task of two kinds", "tasks: {Run: {shell: a, command: [b]}}\nartifactsDir: output\n"],
  ["a task that is a text", "tasks: {Run: python x}\nartifactsDir: output\n"],
  ["tasks as a list", "tasks: [{Run: {shell: a}}]\nartifactsDir: output\n"],
  ["a text for a list", `${RUN}PATH: bin\n`],
  ["a list for a text", "tasks: {Run: {shell: [a]}}\nartifactsDir: output\n"],
  ["an earlier value of a wrong type", `${RUN}PATH: bin\nPATH: [bin]\n`],
  ["a tag that does not fit", RUN.replace("output", "!!int output")],
  ["binary that is none", RUN.replace("output", "!!binary _")],
  ["broken YAML", `${RUN}PATH: [\n`],
  ["an alias without an anchor", `${RUN}PATH: *x\n`],
  ["a list in a list of texts", `${RUN}PYTHONPATH: [[a]]\n`],
].map(([what, yaml]) => ({ what: what!, yaml: yaml!, rcc: "refuses" as const }));

/** RCC accepts the robot.yaml, and no task of it could be started on Linux. */
const UNUSABLE: readonly Shape[] = [
  {
    what: "tasks that all cannot be split",
    yaml: `tasks: {Run: {shell: "'x"}}\nartifactsDir: output\n`,
    rcc: "accepts",
    unusable: "rcc crashes",
  },
  {
    what: "an environment file that is not there",
    yaml: PYTHON,
    rcc: "accepts",
    unusable: "exit code 4",
  },
  {
    what: "an environment file by a path of Windows",
    yaml: `${RUN}condaConfigFile: envs\\conda.yaml\n`,
    files: { ...task, "envs/conda.yaml": CONDA },
    rcc: "accepts",
    unusable: "exit code 4",
  },
  {
    what: "a pre-run script that cannot be split",
    yaml: `${PYTHON}preRunScripts: ["'"]\n`,
    files: python,
    rcc: "accepts",
    unusable: "exit code 11",
  },
];

export const SHAPES: readonly Shape[] = [
  ...PLAIN,
  ...PATHS,
  ...MONOREPOS,
  ...LINKS,
  ...ODD_YAML,
  ...MISSING,
  ...REFUSED,
  ...UNUSABLE,
];
