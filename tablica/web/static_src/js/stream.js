/* What the server tells of as it happens: one connection for all tabs of a browser.
   The tab that holds the lock listens, and passes on what it hears. Each tab says which news its
   page has in it, so that nothing is missed between reading and listening. */
const meta = document.querySelector('meta[name="live"]');
const person = meta?.dataset.person;
const KEPT = 500;
const AGAIN = 30_000;

const hearers = [];
const known = new Set();

/** Calls `hear(news)` for each piece of news, once. */
export function onNews(hear) {
  hearers.push(hear);
}

function hear(each) {
  const key = `${each.id} ${each.what} ${each.entry}`;
  if (each.id && known.has(key)) return;
  known.add(key);
  if (known.size > 4 * KEPT) known.clear();
  for (const one of hearers) one(each);
}

/* The tab that listens. */
function listen(from, pass) {
  let last = from;
  let since = from;
  let source = null;
  const kept = [];

  const open = () => {
    source?.close();
    source = new EventSource(`/live?after=${last}`);
    source.onmessage = (e) => {
      const news = JSON.parse(e.data);
      news.id = Number(e.lastEventId) || 0;
      if (news.what === "reset") {
        news.id = 0;
        since = Infinity;
      }
      last = Math.max(last, news.id);
      kept.push(news);
      if (kept.length > KEPT) since = kept.shift().id;
      pass(news);
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN * (1 + Math.random()));
    };
  };
  open();

  return (cursor) => {
    if (cursor < since) {
      last = Math.min(last, cursor);
      since = cursor;
      open();
    } else {
      for (const news of kept) if (news.id > cursor) pass(news);
    }
  };
}

function start() {
  const cursor = Number(meta.content);
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) {
    listen(cursor, hear);
    return;
  }
  const channel = new BroadcastChannel(`live-${person}`);
  let answer = null;
  channel.onmessage = ({ data }) => {
    if (data.news) hear(data.news);
    else answer?.(data.ask);
  };
  navigator.locks.request(`live-${person}`, () => new Promise(() => {
    answer = listen(cursor, (news) => {
      hear(news);
      channel.postMessage({ news });
    });
  }));
  channel.postMessage({ ask: cursor });
}

if (person) start();
