// Before and after under one line. Both sides are drawn with one scale and place, so they are always in step.

const largestScale = 32;

export class Viewer extends EventTarget {
  #canvas; #divider; #handle; #context; #frame = 0;
  #pointers = new Map();
  #before = null; #after = null; #part = null;
  #scale = 1; #x = 0; #y = 0; // screen pixels for each of the picture; the picture's place at the middle of the canvas
  #isFit = true; #split = 0.5; #isOriginal = false;

  constructor(canvas, divider, handle) {
    super();
    [this.#canvas, this.#divider, this.#handle, this.#context] = [canvas, divider, handle, canvas.getContext('2d')];
    new ResizeObserver(() => this.#resize()).observe(canvas);
    canvas.addEventListener('pointerdown', e => this.#down(e));
    canvas.addEventListener('pointermove', e => this.#move(e));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, e => this.#pointers.delete(e.pointerId));
    canvas.addEventListener('wheel', e => this.#wheel(e), { passive: false });
    canvas.addEventListener('dblclick', e => this.#isFit ? this.zoomTo(1, this.#at(e)) : this.fit());
    handle.addEventListener('pointerdown', e => handle.setPointerCapture(e.pointerId));
    handle.addEventListener('pointermove', e => { if (handle.hasPointerCapture(e.pointerId)) this.#slideTo(e.clientX); });
    handle.addEventListener('keydown', e => this.#slideByKey(e));
    this.split = 0.5;
  }

  get zoom() { return this.#scale; }
  get split() { return this.#split; }
  get size() { const shown = this.#before ?? this.#after; return shown ? [shown.width, shown.height] : [0, 0]; }

  /** @param part a piece of the result: its bitmap, and x and y in the picture */
  show({ before, after, part }) {
    const [width, height] = this.size;
    [this.#before, this.#after, this.#part] = [before, after, part];
    const [newWidth, newHeight] = this.size;
    if (width !== newWidth || height !== newHeight) this.fit();
    else this.#redraw();
  }

  set split(share) {
    this.#split = Math.min(1, Math.max(0, share));
    this.#divider.style.left = `${100 * this.#split}%`;
    this.#handle.setAttribute('aria-valuenow', Math.round(100 * this.#split));
    this.#redraw();
  }

  set isOriginal(value) { this.#isOriginal = value; this.#redraw(); }

  fit() {
    [this.#isFit, this.#scale] = [true, this.#fitScale()];
    [this.#x, this.#y] = this.size.map(side => side / 2);
    this.#moved();
  }

  /** @param at the place of the canvas that stays where it is */
  zoomTo(scale, at = [this.#canvas.width / 2, this.#canvas.height / 2]) {
    const [dx, dy] = [at[0] - this.#canvas.width / 2, at[1] - this.#canvas.height / 2], before = this.#scale;
    this.#scale = Math.min(largestScale, Math.max(Math.min(this.#fitScale(), 1), scale));
    this.#isFit = this.#scale === this.#fitScale();
    this.#x += dx / before - dx / this.#scale;
    this.#y += dy / before - dy / this.#scale;
    this.#moved();
  }

  /** In pixels of the screen. */
  pan(dx, dy) {
    this.#x -= dx / this.#scale;
    this.#y -= dy / this.#scale;
    this.#moved();
  }

  /** The part of the picture in view, or as many pixels around its middle as are asked for; null for the whole. */
  partInView(mostPixels) {
    const [width, height] = this.size, half = [this.#canvas.width, this.#canvas.height].map(side => side / 2 / this.#scale);
    const [left, right] = [Math.max(0, this.#x - half[0]), Math.min(width, this.#x + half[0])];
    const [top, bottom] = [Math.max(0, this.#y - half[1]), Math.min(height, this.#y + half[1])];
    const shrink = Math.min(1, Math.sqrt(mostPixels / ((right - left) * (bottom - top))));
    const [w, h] = [Math.round((right - left) * shrink), Math.round((bottom - top) * shrink)];
    if (!(w > 0 && h > 0) || width * height <= mostPixels) return null;
    return [Math.min(Math.floor((left + right - w) / 2), width - w), Math.min(Math.floor((top + bottom - h) / 2), height - h), w, h];
  }

  #fitScale() {
    const [width, height] = this.size;
    const scale = Math.min(this.#canvas.width / (width || 1), this.#canvas.height / (height || 1));
    return scale > 1 ? Math.floor(scale) : scale; // small pictures by whole pixels
  }

  /** The picture stays in view. */
  #moved() {
    const [width, height] = this.size;
    const clamp = (place, side, screen) => side * this.#scale <= screen
      ? side / 2
      : Math.min(side - screen / 2 / this.#scale, Math.max(screen / 2 / this.#scale, place));
    this.#x = clamp(this.#x, width, this.#canvas.width);
    this.#y = clamp(this.#y, height, this.#canvas.height);
    this.#redraw();
    this.dispatchEvent(new Event('move'));
  }

  #resize() {
    const ratio = devicePixelRatio;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    if (this.#isFit) this.fit();
    else this.#moved();
  }

  #redraw() { this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); }); }

  #draw() {
    const { width, height } = this.#canvas, split = Math.round(width * this.#split), context = this.#context;
    context.clearRect(0, 0, width, height);
    if (this.#before) this.#drawAt(this.#before, 0, 0);
    if (this.#isOriginal || !(this.#after || this.#part)) return;
    context.save();
    context.beginPath();
    context.rect(split, 0, width - split, height);
    context.clip();
    if (this.#after) this.#drawAt(this.#after, 0, 0);
    if (this.#part) this.#drawAt(this.#part.bitmap, this.#part.x, this.#part.y);
    context.restore();
  }

  #drawAt(bitmap, x, y) {
    const { width, height } = this.#canvas, scale = this.#scale, context = this.#context;
    // Pixels are shown as they are from 100 percent on.
    context.imageSmoothingEnabled = scale < 1;
    context.imageSmoothingQuality = 'high';
    const [left, top] = [Math.round(width / 2 - this.#x * scale), Math.round(height / 2 - this.#y * scale)];
    context.drawImage(bitmap, left + x * scale, top + y * scale, bitmap.width * scale, bitmap.height * scale);
  }

  #at(e) {
    const box = this.#canvas.getBoundingClientRect();
    return [(e.clientX - box.left) * devicePixelRatio, (e.clientY - box.top) * devicePixelRatio];
  }

  #down(e) {
    this.#canvas.setPointerCapture(e.pointerId);
    this.#pointers.set(e.pointerId, this.#at(e));
  }

  /** One finger moves the picture, or the line where all of it is in view; two also zoom. */
  #move(e) {
    const was = this.#pointers.get(e.pointerId), now = this.#at(e);
    if (!was) return;
    const other = [...this.#pointers].find(([id]) => id !== e.pointerId)?.[1];
    this.#pointers.set(e.pointerId, now);
    if (!other) {
      if (this.#isFit) this.#slideTo(e.clientX);
      else this.pan(now[0] - was[0], now[1] - was[1]);
      return;
    }
    const distance = at => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
    this.pan((now[0] - was[0]) / 2, (now[1] - was[1]) / 2);
    this.zoomTo(this.#scale * distance(now) / distance(was), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
  }

  #wheel(e) {
    e.preventDefault();
    const lines = e.deltaMode === 1 ? 30 : 1; // Firefox counts in lines
    this.zoomTo(this.#scale * Math.exp(-e.deltaY * lines * (e.ctrlKey ? 0.01 : 0.002)), this.#at(e));
  }

  #slideTo(clientX) {
    const box = this.#canvas.getBoundingClientRect();
    this.split = (clientX - box.left) / box.width;
  }

  #slideByKey(e) {
    const to = { ArrowLeft: this.#split - 0.02, ArrowRight: this.#split + 0.02, Home: 0, End: 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    this.split = to;
  }
}
