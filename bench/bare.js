// bare.js MODEL [SIDE] [COUNT] [RUNS]: what ONNX Runtime does with COUNT grey pictures of SIDE x SIDE that are in memory as
// floats, without anything around it: for each number of threads, of runs under way at once and of pictures in a run, the
// median of RUNS. Each of the runs under way has a JavaScript thread and a session of its own, because onnxruntime-node's
// `run` keeps its thread until it is done. `npm install --ignore-scripts onnxruntime-node@1.29.0` where this is run, or NODE_PATH names it.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const ort = require('onnxruntime-node');

// Runs the model as often as it is told to.
async function work({ model, threads, batch, side }) {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const input = new ort.Tensor('float32', Float32Array.from({ length: batch * side * side }, Math.random), [batch, 1, side, side]);
  parentPort.on('message', async times => {
    for (let i = 0; i < times; i++) await session.run({ [session.inputNames[0]]: input });
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}

const answer = worker => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

async function measure(workers, times, runs) {
  const seconds = [];
  for (let run = 0; run <= runs; run++) {
    const began = process.hrtime.bigint();
    await Promise.all(workers.map(worker => (worker.postMessage(times), answer(worker))));
    if (run) seconds.push(Number(process.hrtime.bigint() - began) / 1e9); // the first warms up
  }
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

async function main([model, side = 28, count = 10000, runs = 5]) {
  const cores = require('os').availableParallelism();
  let best = 0;
  for (const threads of [...new Set([1, cores])])
    for (const atOnce of count < cores ? [1] : [...new Set([1, cores])])
      for (const batch of count < 16 ? [1] : [1, 4, 16, 64]) {
        const workers = Array.from({ length: atOnce }, () => new Worker(__filename, { workerData: { model, threads, batch, side } }));
        await Promise.all(workers.map(answer));
        const times = Math.ceil(count / batch / atOnce), speed = times * batch * atOnce / await measure(workers, times, runs);
        best = Math.max(best, speed);
        console.log(`${threads} threads, ${atOnce} at once, batches of ${batch}: ${speed.toFixed(2)} images/s, ${(speed * side * side / 1e6).toFixed(2)} megapixels/s`);
        await Promise.all(workers.map(worker => worker.terminate()));
      }
  console.log(`best: ${best.toFixed(2)} images/s, ${(best * side * side / 1e6).toFixed(2)} megapixels/s`);
}

if (isMainThread) main(process.argv.slice(2).map((a, i) => i ? Number(a) : a));
else work(workerData);
