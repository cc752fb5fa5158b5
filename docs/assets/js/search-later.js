/*
 * Search starts when it is wanted. The theme fetches the whole index and its worker with every first view: 45 kB of the
 * 115 kB that a page costs, also for the many who came for one number. This file, loaded before the theme's own script,
 * holds both back until somebody points at the search box, focuses it or follows a link with a query (`?q=`).
 *
 * Each hold takes itself away after the one call it waits for. If the theme stops making that call, search starts at
 * once as before.
 */
(function () {
  "use strict";

  const wanted = new Promise(resolve => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    const near = event => event.target.closest?.(".md-search, [for=__search]") && resolve();
    for (const type of ["focusin", "pointerover"]) document.addEventListener(type, near, { passive: true });
  });

  // the index
  const request = XMLHttpRequest.prototype;
  const open = request.open;
  request.open = function (method, url, ...rest) {
    if (/\/search\/search_index\.json$/.test(url)) {
      request.open = open;
      this.send = () => wanted.then(() => request.send.call(this));
    }
    return open.call(this, method, url, ...rest);
  };

  // the worker: the theme only posts to it and listens to it
  const { Worker } = self;
  self.Worker = function (url) {
    self.Worker = Worker;
    const door = new EventTarget();
    const started = wanted.then(() => {
      const worker = new Worker(url);
      worker.onmessage = ({ data }) => door.dispatchEvent(new MessageEvent("message", { data }));
      return worker;
    });
    door.postMessage = data => started.then(worker => worker.postMessage(data));
    return door;
  };
})();
