/*
 * Search in the copy of the site that is opened from a folder. There a browser starts no worker from a file, so this one
 * is made from its text, the word rules of this site included. It stands where the site has js/search-later.js.
 */
(function () {
  "use strict";

  const code = "WORKER";
  const { Worker } = self;
  self.Worker = function () {
    self.Worker = Worker;
    return new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  };
})();
