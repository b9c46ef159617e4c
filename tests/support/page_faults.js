// @ts-check
// What tests ask of a page that is open; each answers with a list of faults. See page_checks.py.
({
  /** Whether a page makes sense without its style sheets: what stands where in the document. */
  order() {
    const faults = /** @type {string[]} */ ([]);
    const all = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)];
    const comesFirst = (/** @type {Element} */ one, /** @type {Element} */ other) =>
      Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
    const frame = ["a.skip-link", "body > header", "main", "body > footer"];
    const parts = frame.map((selector) => all(selector)[0]);
    frame.forEach((selector, place) => {
      const before = parts[place - 1];
      const part = parts[place];
      if (!part) faults.push(`there is no ${selector}`);
      else if (before && !comesFirst(before, part)) faults.push(`${selector} stands before ${frame[place - 1]}`);
    });
    if (all("a[href], button, input, summary")[0] !== parts[0]) faults.push("the skip link is not the first thing to reach");
    if (all("main").length > 1) faults.push("there are several main parts");

    const headings = all("h1, h2, h3, h4, h5, h6").filter((heading) => heading.checkVisibility());
    const first = headings.filter((heading) => heading.localName === "h1");
    if (first.length !== 1) faults.push(`there are ${first.length} headings of level 1`);
    headings.reduce((above, heading) => {
      const level = Number(heading.localName[1]);
      if (level > above + 1) faults.push(`h${level} “${heading.textContent?.trim()}” follows h${above}`);
      return level;
    }, 0);
    const title = first[0];
    for (const aside of all("aside")) {
      if (title && !comesFirst(title, aside)) faults.push("an aside stands before what it is beside");
    }
    return faults;
  },

  /** What makes one scroll sideways. */
  sideways() {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > room + 0.5);
    const inner = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    return [`${document.documentElement.scrollWidth} px wide`, ...inner.slice(0, 5).map((element) => nameOf(element))];

    /** @param {Element} element */
    function nameOf(element) {
      return `<${element.localName} class="${element.getAttribute("class") ?? ""}"> ${element.textContent?.trim().slice(0, 60)}`;
    }
  },

  /** What has moved by itself since the page was opened. */
  async shifts() {
    const faults = /** @type {string[]} */ ([]);
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = /** @type {{ value: number, hadRecentInput: boolean, sources: { node: Node | null }[] }} */ (
          /** @type {unknown} */ (entry)
        );
        // Less than this is less than a pixel somewhere.
        if (shift.hadRecentInput || shift.value < 0.0001) continue;
        const moved = shift.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 60) : node?.nodeName));
        faults.push(`${shift.value.toFixed(4)} ${moved.join(" ")}`);
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))));
    observer.disconnect();
    return faults;
  },

  /** What moves on the screen of somebody who asked for stillness. */
  animations() {
    return document.getAnimations().map((animation) => {
      const effect = animation.effect;
      const element = effect instanceof KeyframeEffect ? effect.target : null;
      return `something moves: ${element?.outerHTML.slice(0, 80)}`;
    });
  },

  /** What can have the focus and does not show it by an outline: its own, or one around it. */
  unmarkedFocus() {
    const faults = /** @type {string[]} */ ([]);
    const reachable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const ring = (/** @type {Element} */ element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1 ? "" : style.outline;
    };
    for (const element of document.querySelectorAll(reachable)) {
      if (!(element instanceof HTMLElement) || element.matches(":disabled, [type=hidden]") || !element.checkVisibility()) continue;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      const around = [element, ...labels, element.parentElement, element.nextElementSibling].filter((one) => one instanceof Element);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      const before = around.map(ring);
      element.focus({ preventScroll: true });
      if (!around.some((one, place) => ring(one) && ring(one) !== before[place])) {
        faults.push(`no focus to be seen: ${element.outerHTML.slice(0, 100)}`);
      }
    }
    return faults;
  },

  /** Where one can go from the main part, and what one can do and fill in there, as far as it shows. */
  ways() {
    const found = /** @type {string[]} */ ([]);
    for (const element of document.querySelectorAll("main :is(h1, h2, h3, p, a[href], form, input, select, textarea)")) {
      if (!element.checkVisibility() || element.matches("[type=hidden]")) continue;
      // What scripts add, and what is another word a minute later.
      if (element.closest(".js-only, [aria-live]") || element.querySelector("time")) continue;
      if (element instanceof HTMLAnchorElement) found.push(`link ${element.getAttribute("href")}`);
      else if (element instanceof HTMLFormElement) found.push(`form ${element.method} ${element.getAttribute("action")}`);
      else if (element.hasAttribute("name")) found.push(`field ${element.getAttribute("name")}`);
      else found.push(`words ${element.textContent?.trim()}`);
    }
    return found;
  },
})
