// What `infer` is timed against: a folder of grey PNG files of one size, read and written with sharp, through an ONNX model
// with onnxruntime-node. usage: node denoise.js MODEL INPUT OUTPUT [BATCH [AT_ONCE]]; `npm install --ignore-scripts` first.
const fs = require('fs/promises');
const path = require('path');
const ort = require('onnxruntime-node');
const sharp = require('sharp');

// Bytes of several pictures to one tensor, (N, 1, H, W) in [0, 1].
function toTensor(pictures) {
  const { width, height } = pictures[0].info, size = width * height;
  const values = new Float32Array(pictures.length * size);
  pictures.forEach((picture, n) => {
    for (let i = 0; i < size; i++) values[n * size + i] = picture.data[i] / 255;
  });
  return new ort.Tensor('float32', values, [pictures.length, 1, height, width]);
}

// One picture of the network's output to bytes.
function toBytes(values) {
  return Buffer.from(Uint8ClampedArray.from(values, value => value * 255)); // rounds and clamps
}

async function denoise(session, names, input, output) {
  const read = name => sharp(path.join(input, name)).greyscale().raw().toBuffer({ resolveWithObject: true });
  const pictures = await Promise.all(names.map(read));
  const answer = await session.run({ [session.inputNames[0]]: toTensor(pictures) });
  const values = answer[session.outputNames[0]].data;
  const { width, height } = pictures[0].info, size = width * height;
  await Promise.all(names.map((name, n) =>
    sharp(toBytes(values.subarray(n * size, (n + 1) * size)), { raw: { width, height, channels: 1 } }).png().toFile(path.join(output, name))));
}

async function main([model, input, output, batch = 64, atOnce = 4]) {
  if (!output) throw new Error('usage: node denoise.js MODEL INPUT OUTPUT [BATCH [AT_ONCE]]');
  await fs.mkdir(output, { recursive: true });
  const names = (await fs.readdir(input)).filter(name => name.endsWith('.png'));
  // The pictures are small: one thread in each run, and several batches under way.
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const began = performance.now();
  let next = 0;
  const work = async () => {
    while (next < names.length) {
      const from = next;
      next += Number(batch);
      await denoise(session, names.slice(from, next), input, output);
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, work));
  console.log(`${names.length} images, ${Math.round(names.length / (performance.now() - began) * 1000)} images/s`);
}

main(process.argv.slice(2)).catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
