import { join } from "node:path";

/** An authority of our own and what it signed, as PEM files in a folder. */
export interface Certificates extends AsyncDisposable {
  readonly folder: string;
  /** The authority's certificate. */
  readonly authority: string;
  /** For localhost, registry.test and 127.0.0.1. */
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/**
 * Makes an authority, a server's certificate and a client's, with openssl.
 *
 * @param names Further names of the server.
 */
export async function makeCertificates(names: readonly string[] = []): Promise<Certificates> {
  const folder = await Deno.makeTempDir();
  const path = (name: string) => join(folder, name);
  await openssl(
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=rcc-oci-tests"
      .split(" "),
    ...["-keyout", path("authority.key"), "-out", path("authority.crt")],
  );
  const others = names.map((name) => `,DNS:${name}`).join("");
  const own = "subjectAltName=DNS:localhost,DNS:registry.test,IP:127.0.0.1";
  await sign(folder, "server", own + others);
  await sign(folder, "client", "extendedKeyUsage=clientAuth");
  return {
    folder,
    authority: path("authority.crt"),
    server: { cert: path("server.crt"), key: path("server.key") },
    client: { cert: path("client.crt"), key: path("client.key") },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function sign(folder: string, name: string, extension: string): Promise<void> {
  const path = (suffix: string) => join(folder, name + suffix);
  await openssl(
    ..."req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj".split(" "),
    `/CN=${name}`,
    ...["-keyout", path(".key"), "-out", path(".csr")],
  );
  await Deno.writeTextFile(path(".ext"), extension);
  await openssl(
    ...["x509", "-req", "-days", "30", "-in", path(".csr"), "-out", path(".crt")],
    ...["-CA", join(folder, "authority.crt"), "-CAkey", join(folder, "authority.key")],
    ...["-CAcreateserial", "-extfile", path(".ext")],
  );
}

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, stderr: "piped" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
