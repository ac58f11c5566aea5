// bare.js MODEL [SIDE] [COUNT] [RUNS]: what ONNX Runtime does with COUNT grey pictures of SIDE x SIDE that are in memory as
// floats, without anything around it: for each number of threads, of runs under way at once and of pictures in a run, the
// median of RUNS. `npm install --ignore-scripts onnxruntime-node@1.29.0` where this is run, or NODE_PATH names it.
const ort = require('onnxruntime-node');
const [model, side = 28, count = 10000, runs = 5] = process.argv.slice(2).map((a, i) => i ? Number(a) : a);

async function measure(session, batch, atOnce) {
  const shape = [batch, 1, side, side], inputs = [];
  for (let i = 0; i < atOnce; i++) inputs.push(new ort.Tensor('float32', Float32Array.from({ length: batch * side * side }, Math.random), shape));
  const seconds = [];
  for (let run = 0; run <= runs; run++) {
    let left = Math.ceil(count / batch);
    const began = process.hrtime.bigint();
    await Promise.all(inputs.map(async input => { while (left-- > 0) await session.run({ [session.inputNames[0]]: input }); }));
    if (run) seconds.push(Number(process.hrtime.bigint() - began) / 1e9); // the first warms up
  }
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

(async () => {
  const cores = require('os').availableParallelism();
  let best = 0;
  for (const threads of [...new Set([1, cores])])
    for (const atOnce of [...new Set([1, cores])])
      for (const batch of count < 16 ? [1] : [1, 4, 16, 64]) {
        const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
        const speed = count / await measure(session, batch, atOnce);
        best = Math.max(best, speed);
        console.log(`${threads} threads, ${atOnce} at once, batches of ${batch}: ${speed.toFixed(2)} images/s, ${(speed * side * side / 1e6).toFixed(2)} megapixels/s`);
        await session.release();
      }
  console.log(`best: ${best.toFixed(2)} images/s, ${(best * side * side / 1e6).toFixed(2)} megapixels/s`);
})();
