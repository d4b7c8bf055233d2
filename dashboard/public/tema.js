/* Before the first paint: the theme the reader chose, else the system's. */
(function () {
  var elegido = null;
  try {
    elegido = localStorage.getItem("siea.tema");
  } catch (_) {
    /* storage may be closed: the system's theme serves */
  }
  var oscuro = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.tema = elegido || (oscuro ? "oscuro" : "claro");
})();
