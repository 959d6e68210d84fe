import assert from "node:assert/strict";
import { isSecretName } from "../../src/robot/secret_name.ts";

const SECRET = [
  ...[".env", ".env.local", "sub/.ENV", "cert.P12", "a.jks", "x.pfx", "x.kdbx"],
  ...[".netrc", "_netrc", ".pypirc", ".npmrc"],
  ...["credentials.json", ".aws/credentials", "Credentials.yaml", ".git-credentials"],
  ...["client_secret_123.json", "service-account.json", "service_account_x.json"],
  ...["secrets.yaml", "secret.json", "devdata/vault.json", ".htpasswd", ".pgpass"],
];

const HARMLESS = [
  ...[".env.example", ".env.sample", ".env.template", ".env.dist", "env", "env.json", ".envrc"],
  ...[
    "id_rsa.pub",
    "public_key",
    "public_key.pem",
    "ca.pem",
    "deploy.key",
    "id_rsa",
    "key.py",
    "pem.txt",
    "credentials.py",
    "test_credentials.json.txt",
  ],
  ...["secrets.py", "vault", "monkey", "keys.txt", "robot.yaml", "my.netrc", "secrets.yaml.sample"],
];

Deno.test("isSecretName() knows where secrets are kept", () => {
  for (const path of SECRET) assert.equal(isSecretName(path), true, path);
});

Deno.test("isSecretName() leaves samples, public keys and code alone", () => {
  for (const path of HARMLESS) assert.equal(isSecretName(path), false, path);
});
