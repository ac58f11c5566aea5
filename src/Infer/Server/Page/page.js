// What is on the page, joined to the queue and the viewer.

import { Item, Queue } from './queue.js';
import { Viewer } from './viewer.js';
import { zip } from './zip.js';

const $ = id => document.getElementById(id);
const pictureName = /\.(png|jpe?g|jpe|jfif|tiff?|webp|avif|bmp|p[gpnb]m|pam|pfm)$/i;
const extensions = { 'image/jpeg': 'jpg', 'image/tiff': 'tif' };

const viewer = new Viewer($('view'), $('divider'), $('handle'));
const queue = new Queue(mostPixels => viewer.partInView(mostPixels));
const rows = new Map();
let server, lastSettings;
// Pictures may be dropped before the server has told what it has.
const isReady = askServer();
let thumbnails = Promise.resolve();

async function askServer() {
  server = await (await fetch('v1/models')).json();
  lastSettings = { model: server.models[0].name, level: 'auto', strength: 100 };
  $('model').append(...server.models.map(model => new Option(model.name)));
  $('model-box').hidden = server.models.length < 2;
}

// Adding

async function add(files) {
  await isReady;
  const items = files.filter(({ file, path }) => pictureName.test(path) || file.type.startsWith('image/'))
    .map(({ file, path }) => new Item(file, path, { ...lastSettings }));
  for (const item of items.filter(item => item.file.size > server.max_bytes))
    Object.assign(item, { state: 'failed', error: `It has more than ${Math.floor(server.max_bytes / 2 ** 20)} MiB.` });
  for (const item of items) makeRow(item);
  queue.add(items);
  if (files.length && !items.length) say('There is no picture among these files.');
}

const listed = list => [...list].map(file => ({ file, path: file.webkitRelativePath || file.name }));

/** A folder is handed over in parts, which end with an empty one. */
async function filesIn(entry, path = '') {
  if (entry.isFile) return [{ file: await new Promise((done, fail) => entry.file(done, fail)), path: path + entry.name }];
  const reader = entry.createReader(), entries = [];
  for (let some; (some = await new Promise((done, fail) => reader.readEntries(done, fail))).length;) entries.push(...some);
  return (await Promise.all(entries.map(inner => filesIn(inner, `${path}${entry.name}/`)))).flat();
}

async function drop(data) {
  const entries = [...data.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  add(entries.length ? (await Promise.all(entries.map(entry => filesIn(entry)))).flat() : listed(data.files));
}

for (const [input, buttons] of [['files', ['add-files', 'choose-files']], ['folder', ['add-folder', 'choose-folder']]]) {
  for (const button of buttons) $(button).onclick = () => $(input).click();
  $(input).onchange = () => { add(listed($(input).files)); $(input).value = ''; };
}
let dragged = 0;
addEventListener('dragenter', () => document.body.classList.toggle('dragged', ++dragged > 0));
addEventListener('dragleave', () => document.body.classList.toggle('dragged', --dragged > 0));
addEventListener('dragover', e => e.preventDefault());
addEventListener('drop', e => { e.preventDefault(); dragged = 0; document.body.classList.remove('dragged'); drop(e.dataTransfer); });
addEventListener('paste', e => add(listed(e.clipboardData.files)));

// The list

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent?.append(made);
  return made;
}

function makeRow(item) {
  const row = element('li', '', $('list')), button = element('button', 'item', row), thumbnail = element('canvas', '', button);
  const name = element('span', 'name', button), status = element('span', 'status', button), remove = element('button', 'remove', row);
  [thumbnail.width, thumbnail.height] = [96, 96];
  [name.textContent, name.title] = [item.path.split('/').at(-1), item.path];
  [remove.textContent, remove.title] = ['×', 'Take it off the list'];
  remove.setAttribute('aria-label', `Remove ${item.path}`);
  remove.onclick = () => take(item);
  button.onclick = () => queue.choose(item);
  rows.set(item, { row, button, status, thumbnail });
  // One after the other, for memory's sake.
  thumbnails = thumbnails.then(() => createImageBitmap(item.file))
    .then(bitmap => { drawThumbnail(item, bitmap); bitmap.close(); }, () => nameThumbnail(item));
}

/** For what the browser cannot read, until it is shown. */
function nameThumbnail(item) {
  const { thumbnail } = rows.get(item) ?? {}, context = thumbnail?.getContext('2d');
  if (!thumbnail || thumbnail.isDrawn) return;
  Object.assign(context, { font: '600 24px system-ui, sans-serif', textAlign: 'center', textBaseline: 'middle', fillStyle: '#888' });
  context.fillText(item.path.split('.').at(-1).slice(0, 4).toUpperCase(), 48, 50);
}

function drawThumbnail(item, bitmap) {
  const { thumbnail } = rows.get(item) ?? {}, side = Math.min(bitmap.width, bitmap.height);
  if (!thumbnail || thumbnail.isDrawn) return;
  thumbnail.isDrawn = true;
  thumbnail.getContext('2d').drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, 96, 96);
}

function take(item) {
  rows.get(item).row.remove();
  rows.delete(item);
  queue.remove(item);
}

function statusOf(item) {
  switch (item.state) {
    case 'waiting': return item.partWork ? 'Denoising…' : 'Waiting';
    case 'working': return 'Denoising…';
    case 'stopped': return 'Stopped';
    case 'failed': return item.error;
    default: return `${item.level === null ? 'Done' : `Noise ${item.level.toFixed(1)}`}, ${item.seconds.toFixed(1)} s`;
  }
}

function showRow(item) {
  const { row, button, status } = rows.get(item);
  row.className = `${item.state}${item === queue.chosen ? ' chosen' : ''}`;
  button.setAttribute('aria-current', item === queue.chosen);
  status.textContent = statusOf(item);
}

function showProgress() {
  const { items } = queue, over = items.filter(item => item.isOver).length, done = items.filter(item => item.result);
  const stopped = items.some(item => item.state === 'stopped'), isOver = over === items.length;
  $('progress').value = over / Math.max(1, items.length);
  $('progress').hidden = isOver;
  $('progress-text').textContent = items.length === 1 ? '1 picture' : `${done.length} of ${items.length} done`;
  $('cancel-all').hidden = isOver && !stopped;
  $('cancel-all').textContent = isOver ? 'Go on' : 'Cancel';
  $('download').disabled = !queue.chosen?.result;
  $('download-all').disabled = done.length < 2;
  $('main').classList.toggle('empty', items.length === 0);
}

$('cancel-all').onclick = () => queue.items.every(item => item.isOver) ? queue.goOn() : queue.stop();

// The chosen picture

function say(text, kind = '') {
  $('state').textContent = text;
  $('state').className = kind;
}

function showChosen() {
  const item = queue.chosen;
  viewer.show(item ?? {});
  $('stage').classList.toggle('bare', !item?.before);
  if (!item) return say('');
  if (item.before) drawThumbnail(item, item.before);
  if (item.state === 'failed') say(item.error, 'bad');
  else if (item.state === 'stopped') say('Stopped');
  else if (item.state === 'done' && item.after) say(item.note ?? '');
  else if (!item.before) say('Reading…', 'busy');
  else if (item.partWork) say('Denoising what you see…', 'busy');
  else say(item.state === 'waiting' ? 'Waiting…' : 'Denoising the whole…', 'busy');
}

const modelOf = item => server.models.find(model => model.name === item.settings.model);

function showSettings() {
  const item = queue.chosen;
  if (!item) return;
  const { model, level, strength } = item.settings, isAuto = level === 'auto';
  $('model').value = model;
  $('level-box').hidden = !modelOf(item).takes_sigma;
  for (const radio of document.getElementsByName('level')) radio.checked = radio.value === (isAuto ? 'auto' : 'hand');
  $('found').textContent = item.found === null ? 'Not found yet' : `Found: ${item.found.toFixed(1)} of 255`;
  $('sigma-box').hidden = isAuto;
  if (!isAuto) $('sigma').value = level;
  $('sigma-shown').textContent = Number($('sigma').value).toFixed(1);
  $('strength').value = strength;
  $('strength-shown').textContent = `${strength} %`;
  $('for-all').hidden = queue.items.every(other => JSON.stringify(other.settings) === JSON.stringify(item.settings));
}

queue.addEventListener('change', ({ detail: item }) => {
  for (const other of item ? [item, queue.chosen] : queue.items) if (rows.has(other)) showRow(other);
  if (!item || item === queue.chosen) { showChosen(); showSettings(); }
  for (const { row } of rows.values()) row.classList.toggle('chosen', row === rows.get(queue.chosen)?.row);
  showProgress();
});

// Settings

function afterPause(action) {
  let timer;
  return argument => { clearTimeout(timer); timer = setTimeout(action, 200, argument); };
}

const again = afterPause(item => queue.again(item)), partFirst = afterPause(() => queue.partFirst());

function set(change) {
  const item = queue.chosen;
  item.settings = lastSettings = { ...item.settings, ...change };
  if (!modelOf(item).takes_sigma) item.settings.level = 'auto';
  showSettings();
  again(item);
}

for (const radio of document.getElementsByName('level'))
  radio.onchange = () => {
    // By hand begins where the estimate was.
    if (radio.value === 'hand' && queue.chosen.found !== null) $('sigma').value = queue.chosen.found;
    set({ level: radio.value === 'auto' ? 'auto' : Number($('sigma').value) });
  };
$('sigma').oninput = () => set({ level: Number($('sigma').value) });
$('strength').oninput = () => set({ strength: Number($('strength').value) });
$('model').onchange = () => set({ model: $('model').value });
$('settings').onsubmit = e => e.preventDefault();
$('for-all').onclick = () => {
  const { settings } = queue.chosen;
  for (const item of queue.items.filter(item => JSON.stringify(item.settings) !== JSON.stringify(settings))) {
    item.settings = { ...settings };
    queue.again(item);
  }
  showSettings();
};

// Zoom

viewer.addEventListener('move', () => {
  $('zoom').textContent = `${Math.round(100 * viewer.zoom)} %`;
  if (queue.chosen && !queue.chosen.isOver) partFirst();
});
$('zoom-fit').onclick = () => viewer.fit();
$('zoom-one').onclick = () => viewer.zoomTo(1);
$('zoom-in').onclick = () => viewer.zoomTo(viewer.zoom * 1.5);
$('zoom-out').onclick = () => viewer.zoomTo(viewer.zoom / 1.5);

// Downloading

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** photo.jpg becomes photo-denoised.jpg. */
function nameOf(item) {
  const name = item.path.split('/').at(-1), dot = name.lastIndexOf('.'), type = item.result.type;
  return dot > 0
    ? `${name.slice(0, dot)}-denoised${name.slice(dot)}`
    : `${name}-denoised.${extensions[type] ?? type.split('/')[1]}`;
}

function download() {
  if (queue.chosen?.result) save(queue.chosen.result, nameOf(queue.chosen));
}

/** In one file, in their folders; a name that is there already gets a number. */
async function downloadAll() {
  const names = new Set(), files = [];
  for (const item of queue.items.filter(item => item.result)) {
    let name = item.path;
    for (let n = 2; names.has(name); n++) name = item.path.replace(/(\.[^./]*)?$/, `-${n}$1`);
    names.add(name);
    files.push({ name, blob: item.result, date: new Date(item.file.lastModified) });
  }
  try {
    save(await zip(files), 'denoised.zip');
  } catch (e) {
    say(e.message, 'bad');
  }
}

$('download').onclick = download;
$('download-all').onclick = downloadAll;

// Keys

function step(by) {
  const at = queue.items.indexOf(queue.chosen) + by;
  if (queue.items[at]) queue.choose(queue.items[at]);
}

const panStep = 80;
const keys = {
  '+': () => $('zoom-in').click(), '=': () => $('zoom-in').click(), '-': () => $('zoom-out').click(),
  0: () => viewer.fit(), 1: () => viewer.zoomTo(1),
  ArrowLeft: () => viewer.pan(panStep, 0), ArrowRight: () => viewer.pan(-panStep, 0),
  ArrowUp: () => viewer.pan(0, panStep), ArrowDown: () => viewer.pan(0, -panStep),
  o: () => { viewer.isOriginal = true; }, n: () => step(1), p: () => step(-1), s: download, Delete: () => take(queue.chosen),
};

addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, select') || !keys[e.key] || !queue.chosen) return;
  if (e.key.startsWith('Arrow') && e.target.closest('aside')) return; // the list scrolls
  e.preventDefault();
  keys[e.key]();
});
addEventListener('keyup', e => { if (e.key === 'o') viewer.isOriginal = false; });
