// A ZIP file of files that are compressed already (APPNOTE.TXT 6.3.10): stored, with names in UTF-8.

const mostBytes = 0xffffffff;
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function checkSum(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

function record(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((length, [bytes]) => length + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  return view;
}

/** @param files with name, blob and date */
export async function zip(files) {
  const parts = [], directory = [];
  let offset = 0, length = 0;
  for (const { name, blob, date } of files) {
    const path = new TextEncoder().encode(name);
    const time = date.getHours() << 11 | date.getMinutes() << 5 | date.getSeconds() >> 1;
    const day = date.getFullYear() - 1980 << 9 | date.getMonth() + 1 << 5 | date.getDate();
    const sum = checkSum(new Uint8Array(await blob.arrayBuffer()));
    const common = [[2, 20], [2, 0x800], [2, 0], [2, time], [2, day], [4, sum], [4, blob.size], [4, blob.size], [2, path.length], [2, 0]];
    parts.push(record([4, 0x04034b50], ...common), path, blob);
    directory.push(record([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), path);
    offset += 30 + path.length + blob.size;
    length += 46 + path.length;
    if (offset + length > mostBytes) throw new Error('Together they have more than 4 GB: download them one by one.');
  }
  const end = record([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
