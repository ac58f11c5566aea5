// The pictures on the page, and their way through the server: the part in view of the chosen one first, then whole pictures.

const atOnce = 2, partPixels = 600_000, longestWait = 60_000;

/** Sends a file to the server, again where it is busy. */
export async function send(file, options, signal) {
  const query = new URLSearchParams(options);
  for (const began = performance.now(); ;) {
    const answer = await fetch(`v1/denoise?${query}`, { method: 'POST', body: file, signal });
    if (answer.ok) {
      const level = answer.headers.get('Denoise-Sigma');
      return { blob: await answer.blob(), level: level === null ? null : Number(level), note: answer.headers.get('Denoise-Note') };
    }
    if (answer.status !== 429 || performance.now() - began > longestWait) throw new Error((await answer.json()).error);
    await new Promise(done => setTimeout(done, 1000 * Number(answer.headers.get('Retry-After') ?? 1)));
    signal?.throwIfAborted();
  }
}

// Longer than any side: the whole of the first page.
const firstPage = '0,0,10000000,10000000', asPng = { strength: 0, format: 'png', crop: firstPage };

/** What the browser cannot read, the server turns into PNG. */
async function decoded(blob, signal) {
  try {
    return await createImageBitmap(blob);
  } catch {
    return createImageBitmap((await send(blob, asPng, signal)).blob);
  }
}

export class Item {
  state = 'waiting'; // working, done, failed, stopped
  error = ''; note = ''; result = null; seconds = 0;
  level = null; found = null; // that it was denoised with, and that was found in it
  before = null; after = null; part = null; // bitmaps, as long as it is chosen
  partKey = null; // which part, with which options
  work = null; partWork = null; // what may be aborted

  constructor(file, path, settings) { Object.assign(this, { file, path, settings }); }

  get isOver() { return ['done', 'failed', 'stopped'].includes(this.state); }

  get options() {
    const { model, level, strength } = this.settings;
    return { model, strength: strength / 100, ...level === 'auto' ? {} : { sigma: level } };
  }

  told(level) {
    this.level = level;
    if (this.settings.level === 'auto') this.found = level ?? this.found;
  }

  abort() { this.work?.abort(); this.partWork?.abort(); }

  forgetBitmaps() {
    for (const bitmap of [this.before, this.after, this.part?.bitmap]) bitmap?.close();
    [this.before, this.after, this.part, this.partKey] = [null, null, null, null];
  }
}

/** Tells 'change' with the item as its detail. */
export class Queue extends EventTarget {
  items = []; chosen = null;
  #partInView;

  /** @param partInView gives left, top, width and height for so many pixels at most, or null */
  constructor(partInView) { super(); this.#partInView = partInView; }

  add(items) {
    this.items.push(...items);
    this.#tell(null);
    if (!this.chosen && items.length) this.choose(items[0]);
    this.#next();
  }

  remove(item) {
    item.abort();
    item.forgetBitmaps();
    this.items = this.items.filter(other => other !== item);
    if (this.chosen === item) this.chosen = null;
    this.#tell(null);
    if (!this.chosen && this.items.length) this.choose(this.items[0]);
    this.#next();
  }

  async choose(item) {
    if (item === this.chosen) return;
    this.chosen?.partWork?.abort();
    this.chosen?.forgetBitmaps();
    this.chosen = item;
    this.#tell(item);
    try {
      const before = await decoded(item.file);
      if (this.chosen !== item) { before.close(); return; }
      item.before = before;
      this.#tell(item);
      if (item.result) await this.#showResult(item);
      else this.partFirst();
    } catch (e) {
      this.#fail(item, e);
    }
  }

  /** The settings of an item have changed. */
  again(item) {
    item.abort();
    Object.assign(item, { state: 'waiting', error: '', result: null });
    this.#tell(item);
    if (item === this.chosen) this.partFirst();
    this.#next();
  }

  stop() {
    for (const item of this.items.filter(item => !item.isOver)) {
      item.state = 'stopped';
      item.abort();
      this.#tell(item);
    }
  }

  goOn() {
    for (const item of this.items.filter(item => item.state === 'stopped')) this.again(item);
  }

  /** Denoises what is in view, if the whole is not done. */
  async partFirst() {
    const item = this.chosen, part = item?.before && !item.result && item.state !== 'stopped' ? this.#partInView(partPixels) : null;
    if (!part || item.state === 'failed') { item?.partWork?.abort(); this.#next(); return; }
    const key = JSON.stringify([part, item.options]);
    if (item.partKey === key) return; // it is there, or on its way
    item.partWork?.abort();
    const work = item.partWork = new AbortController();
    item.partKey = key;
    this.#tell(item);
    try {
      const { blob, level } = await send(item.file, { ...item.options, format: 'png', crop: part }, work.signal);
      const bitmap = await createImageBitmap(blob);
      if (work.signal.aborted || item.result) return;
      item.part?.bitmap.close();
      item.told(level);
      item.part = { bitmap, x: part[0], y: part[1] };
    } catch {
      if (item.partKey === key) item.partKey = null; // whatever it is, the whole picture will say it
    } finally {
      if (item.partWork === work) item.partWork = null;
      this.#tell(item);
      this.#next();
    }
  }

  #next() {
    const working = this.items.filter(item => item.state === 'working').length;
    const isNext = item => item?.state === 'waiting' && !item.partWork && (item !== this.chosen || item.before);
    const first = [this.chosen, ...this.items].find(isNext);
    if (first && working < atOnce) { this.#denoise(first); this.#next(); }
  }

  async #denoise(item) {
    const work = item.work = new AbortController(), began = performance.now();
    item.state = 'working';
    this.#tell(item);
    try {
      const { blob, level, note } = await send(item.file, item.options, work.signal);
      item.told(level);
      Object.assign(item, { state: 'done', result: blob, note, seconds: (performance.now() - began) / 1000 });
      if (item === this.chosen) await this.#showResult(item);
    } catch (e) {
      if (!work.signal.aborted) this.#fail(item, e);
    }
    this.#tell(item);
    this.#next();
  }

  async #showResult(item) {
    item.partWork?.abort();
    const after = await decoded(item.result);
    if (this.chosen !== item || !item.result) { after.close(); return; }
    for (const old of [item.after, item.part?.bitmap]) old?.close();
    [item.after, item.part, item.partKey] = [after, null, null];
    // A browser may turn or read a picture otherwise than the server.
    if (item.before && (item.before.width !== after.width || item.before.height !== after.height))
      item.before = await createImageBitmap((await send(item.file, asPng)).blob);
    this.#tell(item);
  }

  #fail(item, e) { Object.assign(item, { state: 'failed', error: e.message }); this.#tell(item); }

  #tell(item) { this.dispatchEvent(new CustomEvent('change', { detail: item })); }
}
