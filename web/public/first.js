/*
 * The first thing that runs, before anything is painted, in a dialect that very old browsers read.
 * It wears the chosen appearance, so that a dark page does not flash, and it checks that this
 * browser has what Parley is made of. If not, a plain message stands in the place of the app.
 */
(function () {
  var root = document.documentElement;
  try {
    var appearance = JSON.parse(localStorage.getItem('parley.preferences') || '{}').appearance;
    if (appearance === 'light' || appearance === 'dark') root.setAttribute('data-appearance', appearance);
  } catch (error) {
    // Storage is blocked: the device's appearance holds.
  }
  var able =
    typeof RTCPeerConnection === 'function' &&
    typeof crypto === 'object' &&
    typeof crypto.subtle === 'object' &&
    typeof fetch === 'function' &&
    typeof ResizeObserver === 'function' &&
    !!window.CSS &&
    CSS.supports('color', 'oklch(0.5 0.1 80)');
  if (able) return;
  root.setAttribute('data-browser', 'too-old');
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('too-old').removeAttribute('hidden');
  });
})();
