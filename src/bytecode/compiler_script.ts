/**
 * What the environment's Python runs: it compiles what it is given and imports nothing, so that no
 * code of the environment runs. Requests are two lengths (little-endian, four bytes each), a path and
 * a source; answers a length and a `.pyc`, or the length 0 for a source that does not compile.
 *
 * The header of a `.pyc`: https://peps.python.org/pep-0552/
 */
export const COMPILER_SCRIPT = `
import sys, marshal, posix, _imp
from _frozen_importlib_external import MAGIC_NUMBER
posix.nice(10)
take, give = sys.stdin.buffer, sys.stdout.buffer
number = lambda value: value.to_bytes(4, "little")
def answer(data):
    give.write(number(len(data)) + data)
    give.flush()
UNCHECKED_HASH = number(1)
magic = int.from_bytes(MAGIC_NUMBER, "little")
tag = sys.implementation.cache_tag
answer(("%d.%d %s" % (*sys.version_info[:2], tag)).encode())
while True:
    sizes = take.read(8)
    if len(sizes) < 8:
        break
    path = take.read(int.from_bytes(sizes[:4], "little")).decode("utf-8", "surrogateescape")
    source = take.read(int.from_bytes(sizes[4:], "little"))
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        data = MAGIC_NUMBER + UNCHECKED_HASH + _imp.source_hash(magic, source) + marshal.dumps(code)
    except Exception:
        data = b""
    code = None
    answer(data)
`;
