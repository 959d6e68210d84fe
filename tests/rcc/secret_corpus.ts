/**
 * Texts as they stand in robots, of our own making: some hold a secret, some only look as if. None
 * of the secrets was ever valid; those with a grammar of their own are made here, so that nobody's
 * search for secrets finds them in this file.
 */
export interface SecretSample {
  readonly path: string;
  readonly text: string;
}

const HEX = "0123456789abcdef0123456789abcdef";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const letters = (length: number, from = 7) => (LETTERS + LETTERS).slice(from, from + length);
const uuid = [HEX.slice(0, 8), HEX.slice(0, 4), HEX.slice(4, 8), HEX.slice(8, 12), HEX.slice(0, 12)]
  .join("-");
const pem = (kind: string, body = `${letters(64)}\n${letters(64, 3)}`) =>
  `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;

/** One secret each. */
export const SECRETS: readonly SecretSample[] = [
  { path: "conda.yaml", text: "- --extra-index-url https://me:hunter2x@pypi.acme.com/simple" },
  { path: "conda.yaml", text: "- https://oauth2:s3cr3t-token@gitlab.acme.com/group/lib.git" },
  { path: "conda.yaml", text: "- git+https://bot:Xy12%21abc@github.com/acme/lib@main" },
  { path: "conda.yaml", text: `channels:\n- https://conda.anaconda.org/t/se-${uuid}/acme` },
  { path: "conda.yaml", text: `channels: ["https://conda.acme.com/t/k8fj3kd92jf/private/"]` },
  { path: ".condarc", text: `channels:\n  - https://repo.acme.com/t/ac-${uuid}/main/linux-64` },
  { path: "pip.conf", text: "index-url = https://deploy:Sommer2024!@nexus.acme.com:8443/simple/" },
  {
    path: "tasks.py",
    text: "engine = create_engine('postgresql+psycopg2://app:9f8a7b@db.acme.com/x')",
  },
  {
    path: "tasks.py",
    text: 'MONGO = f"mongodb+srv://rpa:Kx93kd0s@cluster0.abcde.mongodb.net/rpa"',
  },
  { path: "tasks.robot", text: "Connect    redis://:f00barbaz@cache.acme.com:6379/0" },
  { path: "docker-compose.yml", text: "DATABASE_URL: postgres://app:w7Kd0-q@db:5432/app" },
  { path: "docker-compose.yml", text: "BROKER=amqp://robot:Zt5rabbit@10.0.0.5:5672//" },
  { path: ".env", text: "PROXY=http://svc_rpa:P@ssw0rd1@proxy.acme.com:3128\n" },
  { path: "config.ini", text: "ftp = ftp://upload:Hj2kls@ftp.acme.com/in" },
  { path: "notes.md", text: "log in at <sftp://rpa:Uz7tre4@files.acme.com>" },
  { path: "log.html", text: `<a href="https://qa:T3stPass@stage.acme.com/login">stage</a>` },
  { path: "data.json", text: `{"smtp": "smtps://mailer:q8w7e6r5@mail.acme.com:465"}` },
  { path: "deploy.txt", text: pem("OPENSSH PRIVATE KEY") },
  { path: "server.pem", text: `${pem("CERTIFICATE")}${pem("RSA PRIVATE KEY")}` },
  { path: "old.key", text: pem("EC PRIVATE KEY", `Proc-Type: 4,ENCRYPTED\n\n${letters(64)}`) },
  { path: "signing.asc", text: pem("PGP PRIVATE KEY BLOCK", `Version: 1\n\n${letters(64)}`) },
  {
    path: "gcp.json",
    text: `{"private_key": "-----BEGIN PRIVATE KEY-----\\n${letters(64)}\\n-----END"}`,
  },
  { path: "putty.txt", text: "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n" },
  { path: "tasks.py", text: `TOKEN = "${"ghp" + "_" + letters(36)}"` },
  { path: "tasks.py", text: `gh = '${"github" + "_pat_" + letters(22) + "_" + letters(59, 0)}'` },
  { path: "tasks.robot", text: `\${T}=    ${"gl" + "pat-" + letters(20)}` },
  { path: "env.json", text: `{"AWS_ACCESS_KEY_ID": "${"AK" + "IA" + "QWERTYUIOPASDFGH"}"}` },
  { path: "bot.py", text: `slack("${"xo" + "xb-123456789012-" + letters(24)}")` },
  { path: ".pypirc", text: `password = ${"py" + "pi-AgE" + letters(60)}` },
  { path: ".npmrc", text: `//registry.npmjs.org/:_authToken=${"np" + "m_" + letters(36)}` },
  { path: "maps.py", text: `KEY = "${"AI" + "za" + letters(35)}"` },
  { path: "pay.py", text: `stripe.api_key = "${"sk" + "_live_" + letters(24)}"` },
  // Nothing but a person can tell these from any other word.
  { path: "tasks.py", text: `PASSWORD = "correct horse battery"` },
  { path: "vault.py", text: `client_secret="${letters(40)}"` },
  { path: "tasks.py", text: `requests.get(url, auth=("me", "hunter2x"))` },
  { path: "env.json", text: `{"AWS_SECRET_ACCESS_KEY": "${letters(40, 11)}"}` },
  { path: "conda.yaml", text: "- https://quetz.acme.com/t/lettersonly/private" },
];

/** As many of them as no pattern can find. */
export const MISSED = 5;

const base64 = (text: string) => btoa(text.repeat(40));

/** None of them holds a secret. */
export const HARMLESS: readonly SecretSample[] = [
  // Topics of forums.
  { path: "README.md", text: "https://forum.robots.dev/t/why-does-my-2nd-robot-stop/12345" },
  { path: "README.md", text: "see https://forum.robots.dev/t/rpa-challenge-1-pdf/403721/13?u=me." },
  { path: "tasks.robot", text: "Documentation    https://forum.robots.dev/t/how-to-use-3/88/" },
  { path: "tasks.py", text: "# (https://community.conda.acme.com/t/solver-fails-v23-1/771)" },
  { path: "README.md", text: "[topic](https://conda.discourse.group/t/2024-07-steering-vote/512)" },
  { path: "index.html", text: `<img src="https://img.acme.com/t/400x300-crop/a.png">` },
  { path: "style.css", text: "background: url(https://cdn.acme.com/t/9f8e7d6c5b4a/bg.svg)" },
  { path: "README.md", text: "https://conda.anaconda.org/t/<TOKEN>/acme and /t/${TOKEN}/acme" },
  { path: "README.md", text: "https://conda.anaconda.org/t/YOUR-TOKEN/acme" },
  { path: "tasks.py", text: "open('/var/t/build-2024/x')" },
  // Data that is packed.
  { path: "logo.svg", text: `<image href="data:image/png;base64,${base64("\x89PNG")}"/>` },
  { path: "report.html", text: `window.data = "${base64("a://b:c@d ")}";` },
  { path: "log.html", text: `window.output["strings"] = ["*","*x://;:a@b${base64("<kw>")}"];` },
  { path: "log.html", text: `["*eNq1://Wm${letters(60)}:${letters(60)}@${letters(30)}+/"]` },
  { path: "bundle.js", text: `a="http://"+b+":"+c+"@"+d;e=f?"https://":g,h={i:"j@k"}` },
  { path: "bundle.js", text: `/^(?:(?:https?|ftp):\\/\\/)(?:\\S+(?::\\S*)?@)?host/` },
  { path: "bundle.js.map", text: `{"mappings":"AAAA,${letters(60)};AIza,AKIA","names":[]}` },
  { path: "font.css", text: `src:url(data:font/woff2;base64,${base64("AIzaSyAKIAghp_")})` },
  // What everybody has on a machine of one's own.
  { path: "docker-compose.yml", text: "DATABASE_URL: postgresql://postgres:postgres@db:5432/app" },
  { path: "docker-compose.yml", text: "amqp://guest:guest@rabbitmq:5672/" },
  { path: "docker-compose.yml", text: "mongodb://root:example@mongo:27017/?authSource=admin" },
  { path: "docker-compose.yml", text: "mysql://root:root@localhost/test" },
  { path: "docker-compose.yml", text: "REDIS=redis://localhost:6379/0 S3=http://minio:9000" },
  { path: "docker-compose.yml", text: "s3: http://minioadmin:minioadmin@minio:9000" },
  { path: "config.py", text: "postgres://dev:dev@127.0.0.1:5432/dev" },
  { path: ".env.example", text: "DATABASE_URL=mysql://user:password@host:3306/db" },
  // What shows where something belongs.
  { path: "tasks.py", text: "f'https://{user}:{password}@{host}/simple'" },
  { path: "tasks.py", text: "'postgresql://%s:%s@%s/%s' % (user, password, host, db)" },
  { path: "ci.yml", text: "https://x-access-token:${{ secrets.TOKEN }}@github.com/acme/x" },
  { path: "run.sh", text: "git clone https://$USER:$TOKEN@github.com/acme/x" },
  { path: "run.sh", text: "curl https://${USER}:${PASSWORD}@api.acme.com" },
  { path: "README.md", text: "https://<user>:<password>@pypi.acme.com/simple" },
  { path: "README.md", text: "https://user:***@host/ https://me:xxxx@host/" },
  { path: "README.md", text: "https://alice:s3cret@example.com/ http://u:p1@www.example.org/x" },
  { path: "README.md", text: "https://username:your_password@acme.com" },
  // Addresses without a password.
  { path: "conda.yaml", text: "- git+ssh://git@github.com/acme/lib.git@v1.0" },
  { path: "conda.yaml", text: "- lib @ https://files.acme.com/lib-1.0-py3-none-any.whl" },
  { path: "tasks.py", text: "http://localhost:8080/@me https://medium.acme.com/@joe:12" },
  { path: "tasks.py", text: "https://acme.com/?q=a:b@c https://acme.com/a:b@c" },
  { path: "package.json", text: `"@types/node": "npm:@types/node@20" "https://a.b:443"` },
  { path: "tasks.robot", text: "Go To    https://acme.com:8443/login#user:me@acme.com" },
  { path: "notes.md", text: "mailto:me@acme.com, xmpp://me@acme.com, time: 10:20@office" },
  { path: "locators.json", text: `{"value": "//a[@href='http://acme.com']//b[@id='x:y']"}` },
  // Keys that are public, and texts about keys.
  { path: "public_key.pem", text: pem("PUBLIC KEY") },
  { path: "ca.pem", text: pem("CERTIFICATE") },
  { path: "id_rsa.pub", text: `ssh-rsa ${letters(60)} me@host` },
  { path: "README.md", text: "Paste the line `-----BEGIN RSA PRIVATE KEY-----` and what follows." },
  { path: "tasks.py", text: `if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    load(text)` },
  { path: "README.md", text: "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----" },
  // What only begins like a token.
  { path: "README.md", text: "Tokens begin with ghp_, github_pat_, glpat-, xoxb- or pypi-AgE." },
  { path: "tasks.py", text: `AWS = "${"AK" + "IA" + "IOSFODNN7EXAMPLE"}"` },
  { path: "tasks.py", text: `assert token.startswith("npm_") and "sk_live_" not in token` },
  { path: "test.py", text: `stripe = "${"sk" + "_test_" + letters(24)}"` },
  { path: "lock.json", text: `"sha512-${base64("AIza")}"` },
  { path: "data.csv", text: "AKIA,1;ASIA,2;AIza,3" },
];
