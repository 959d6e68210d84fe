/* SipHash-2-4 with 64 and 128 bits, https://www.aumasson.jp/siphash/siphash.pdf */
#include <string.h>

#include "standin.h"

typedef struct {
  uint64_t v[4];
} Sip;

static uint64_t rotate(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

static void rounds(Sip *sip, int count) {
  uint64_t *v = sip->v;
  while (count-- > 0) {
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
  }
}

static void absorb(Sip *sip, uint64_t word) {
  sip->v[3] ^= word;
  rounds(sip, 2);
  sip->v[0] ^= word;
}

static uint64_t load(const unsigned char *bytes, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; i++) word |= (uint64_t)bytes[i] << 8 * i;
  return word;
}

static Sip start(uint64_t k0, uint64_t k1) {
  Sip sip = {{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
              k1 ^ 0x7465646279746573}};
  return sip;
}

static void absorb_all(Sip *sip, Bytes bytes) {
  size_t at = 0;
  for (; bytes.size - at >= 8; at += 8) absorb(sip, load(bytes.data + at, 8));
  absorb(sip, load(bytes.data + at, bytes.size - at) | (uint64_t)bytes.size << 56);
}

static uint64_t finish(Sip *sip) {
  rounds(sip, 4);
  return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}

uint64_t siphash64(uint64_t k0, uint64_t k1, Bytes bytes) {
  Sip sip = start(k0, k1);
  absorb_all(&sip, bytes);
  sip.v[2] ^= 0xff;
  return finish(&sip);
}

/* The key is the text `Very_Random-Seed`; both words are printed from their lowest byte on. */
char *siphash128_hex(Bytes bytes) {
  const unsigned char *key = (const unsigned char *)"Very_Random-Seed";
  Sip sip = start(load(key, 8), load(key + 8, 8));
  sip.v[1] ^= 0xee;
  absorb_all(&sip, bytes);
  sip.v[2] ^= 0xee;
  uint64_t low = finish(&sip);
  sip.v[1] ^= 0xdd;
  uint64_t high = finish(&sip);
  return format_text("%016llx%016llx", (unsigned long long)__builtin_bswap64(low),
                     (unsigned long long)__builtin_bswap64(high));
}
