import assert from "node:assert/strict";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { decompressing, detectCodec } from "../../src/compression/mod.ts";

const LIMIT = 512 * 1024 * 1024;
const CODECS = ["gzip", "zstd"] as const;
type Codec = typeof CODECS[number];

const text = (content: string) => new TextEncoder().encode(content);
/** zstd's own frames for what is not content: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2 */
const SKIPPABLE = new Uint8Array([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

function pack(codec: Codec, content: Uint8Array): Uint8Array {
  const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  return new Uint8Array(
    codec === "gzip" ? gzipSync(content) : zstdCompressSync(content, withChecksum),
  );
}

function unpack(codec: Codec, ...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  return collect(decompressing(codec, streamOf(...chunks)), LIMIT);
}

function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.slice(i, i + size));
  return chunks;
}

Deno.test("decompressing() passes plain bytes on as they are", () => {
  const stream = streamOf(text("plain"));
  assert.equal(decompressing("none", stream), stream);
});

for (const codec of CODECS) {
  Deno.test(`decompressing() reads all members of ${codec}, whatever the chunks are`, async () => {
    const contents = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.nat(300_000).map((size) => noise(size))),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 70_000 }), async (all, size) => {
        const packed = concat(all.map((content) => pack(codec, content)));
        // Small chunks of a large stream take long, and are no other case.
        const chunkSize = packed.length > 5000 ? size + 500 : size;
        const found = await unpack(codec, ...inChunks(packed, chunkSize));
        assert.equal(Buffer.compare(found, concat(all)), 0);
      }),
      { numRuns: 50 },
    );
  });

  Deno.test(`decompressing() reads ${codec} of empty content`, async () => {
    assert.equal((await unpack(codec, pack(codec, text("")))).length, 0);
  });

  Deno.test(`decompressing() refuses ${codec} that is cut off anywhere`, async () => {
    const one = pack(codec, text("some content, some content, some content"));
    const packed = concat([one, one]);
    for (let size = 0; size < packed.length; size++) {
      if (size === one.length) continue;
      await assert.rejects(unpack(codec, packed.slice(0, size)), SyntaxError, `${size} bytes`);
    }
  });

  Deno.test(`decompressing() refuses what follows ${codec}`, async () => {
    const packed = pack(codec, text("content"));
    const rests = [[0], [0, 0, 0, 0, 0, 0, 0, 0], [1], [0x1f], [0x1f, 0x8b, 8], [0x28, 0xb5], [
      ...text("garbage, and more of it than any header has"),
    ]];
    for (const rest of rests) {
      const behind = new Uint8Array(rest);
      await assert.rejects(unpack(codec, concat([packed, behind])), SyntaxError, String(rest));
      await assert.rejects(unpack(codec, packed, behind), SyntaxError, String(rest));
      await assert.rejects(unpack(codec, packed, behind, packed), SyntaxError, String(rest));
    }
  });

  Deno.test(`decompressing() refuses a member of ${codec} behind megabytes of zeros`, async () => {
    const packed = pack(codec, text("content"));
    const zeros = Array.from({ length: 64 }, () => new Uint8Array(64 * 1024));
    await assert.rejects(unpack(codec, packed, ...zeros, packed), SyntaxError);
  });

  Deno.test(`decompressing() refuses other bytes than ${codec}`, async () => {
    await assert.rejects(unpack(codec, text("neither gzip nor zstd, but text")), SyntaxError);
    const more = Array.from({ length: 50 }, () => text("x".repeat(65_536)));
    await assert.rejects(unpack(codec, ...more), SyntaxError);
    await assert.rejects(unpack(codec, pack(codec, text("x")), ...more), SyntaxError);
    await assert.rejects(unpack(codec), SyntaxError);
    const other = codec === "gzip" ? "zstd" : "gzip";
    await assert.rejects(unpack(codec, pack(other, text("content"))), SyntaxError);
  });

  Deno.test(`decompressing() refuses ${codec} with a wrong byte inside`, async () => {
    const packed = pack(codec, text("content ".repeat(1000)));
    packed[packed.length - 1]! ^= 1; // Of the size in gzip, of the checksum in zstd.
    await assert.rejects(unpack(codec, packed), SyntaxError);
    const long = pack(codec, noise(1_000_000));
    long.fill(0xff, 300_000, 300_100);
    const behind = Array.from({ length: 50 }, () => long);
    await assert.rejects(unpack(codec, ...inChunks(long, 10_000), ...behind), SyntaxError);
  });

  Deno.test(`decompressing() fails with the stream's own error in ${codec}`, async () => {
    const packed = pack(codec, noise(10_000));
    const gone = new Error("the network is gone");
    let sent = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) throw gone;
        sent = true;
        controller.enqueue(packed.slice(0, 5000));
      },
    });
    await assert.rejects(collect(decompressing(codec, stream), LIMIT), (error) => error === gone);
  });

  Deno.test(`decompressing() reads no more ${codec} than is asked for`, async () => {
    const chunk = pack(codec, noise(100_000));
    let read = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        read++;
        controller.enqueue(chunk);
      },
    }, { highWaterMark: 0 });
    const content = decompressing(codec, stream).getReader();
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(read, 0);
    await content.read();
    await new Promise((done) => setTimeout(done, 50));
    assert.ok(read < 50, `${read} chunks`);
    await content.cancel();
  });

  Deno.test(`decompressing() cancels the stream of ${codec}, also one that is silent`, async () => {
    for (const first of [[], [pack(codec, noise(1000)).slice(0, 100)]]) {
      let reason: unknown;
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => first.forEach((chunk) => controller.enqueue(chunk)),
        cancel: (given) => void (reason = given),
      });
      const content = decompressing(codec, stream).getReader();
      const reading = content.read();
      await new Promise((done) => setTimeout(done, 5));
      await content.cancel("enough");
      await reading;
      assert.equal(reason, "enough");
    }
  });

  Deno.test(`decompressing() cancels the stream of ${codec} when its bytes are wrong`, async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(text("these are bytes of no packing at all")),
      cancel: () => void (cancelled = true),
    });
    await assert.rejects(collect(decompressing(codec, stream), LIMIT), SyntaxError);
    assert.equal(cancelled, true);
  });
}

Deno.test("decompressing() reads a gzip of 28,000 members", async () => {
  const member = pack("gzip", text("one of many\n"));
  const packed = concat(Array.from({ length: 28_000 }, () => member));
  const found = await unpack("gzip", ...inChunks(packed, 60_000));
  assert.equal(new TextDecoder().decode(found), "one of many\n".repeat(28_000));
});

Deno.test("decompressing() passes over zstd frames without content", async () => {
  const frame = pack("zstd", text("content;"));
  const packed = concat([SKIPPABLE, frame, SKIPPABLE, SKIPPABLE, frame, SKIPPABLE]);
  for (const size of [1, 3, 4, 5, packed.length]) {
    const found = await unpack("zstd", ...inChunks(packed, size));
    assert.equal(new TextDecoder().decode(found), "content;content;");
  }
  await assert.rejects(unpack("zstd", frame, SKIPPABLE.slice(0, 10)), /found 2 and the end/);
});

Deno.test("decompressing() refuses a reserved zstd block", async () => {
  const frame = pack("zstd", text("content"));
  const reserved = new Uint8Array([...frame.slice(0, 4), 0, 0, 0b111, 0, 0]);
  await assert.rejects(unpack("zstd", reserved), /expected a zstd block before byte 9/);
});

Deno.test("detectCodec() tells gzip and zstd by their first bytes", () => {
  assert.equal(detectCodec(pack("gzip", text(""))), "gzip");
  assert.equal(detectCodec(pack("zstd", text(""))), "zstd");
  assert.equal(detectCodec(text("usr/bin")), "none");
  assert.equal(detectCodec(new Uint8Array([0x1f])), "none");
  assert.equal(detectCodec(new Uint8Array()), "none");
});

/** Bytes that hardly pack, the same at every run. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0, state = size + 1; i < size; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
