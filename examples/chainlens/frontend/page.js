// The page of the sample stack: no framework, no packages, nothing from the internet.

const services = ["redis", "backend", "worker", "frontend", "monitor"];
const stackEveryMs = 1_000;
const jobEveryMs = 120;
const jobDeadlineMs = 15_000;

const find = (id) => document.getElementById(id);

/** Makes an element; text is never read as HTML. */
function element(name, text, children = []) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

async function fetchJson(path, options = {}) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(5_000) });
  const body = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}

function showStack(summary) {
  const rows = services.map((name) => {
    const finding = name === "monitor" ? { ok: summary !== null, message: "this answer" } : summary?.services[name];
    const state = finding === undefined ? "unknown" : finding.ok ? "healthy" : "unhealthy";
    const words = finding === undefined ? "unknown" : finding.ok ? "healthy" : (finding.message ?? "unhealthy");
    const row = element("li", "", [
      element("strong", name),
      element("span", name === "monitor" && !summary ? "no answer" : words),
    ]);
    row.dataset.state = state;
    return row;
  });
  find("stack").replaceChildren(...rows);
}

async function watchStack() {
  try {
    const summary = await fetchJson("/monitor/summary");
    showStack(summary);
    const jobs = summary.jobs === null ? "" : ` Jobs: ${summary.jobs.done} done, ${summary.jobs.waiting} waiting.`;
    find("stack-note").textContent = `${summary.healthy ? "All healthy." : "Something is wrong."}${jobs}`;
  } catch {
    showStack(null);
    find("stack-note").textContent = "The monitor does not answer; it starts last, when all the others are healthy.";
  }
  setTimeout(() => void watchStack(), stackEveryMs);
}

async function finishedJob(id) {
  const deadline = performance.now() + jobDeadlineMs;
  while (performance.now() < deadline) {
    const job = await fetchJson(`/api/jobs/${id}`);
    if (job.status === "done") return job;
    find("job-note").textContent = `Job ${id}: ${job.status} …`;
    await new Promise((resolve) => setTimeout(resolve, jobEveryMs));
  }
  throw new Error(`job ${id} is not done after ${jobDeadlineMs / 1_000} s: is the worker running?`);
}

function showChain({ id, result }) {
  const frequent = result.mostFrequent.map(({ word, count }) => `${word} × ${count}`).join(", ");
  find("job-note").textContent =
    `Job ${id}: ${result.words} words, ${result.distinctWords} different (${frequent}). ` +
    `${result.hashes} hashes in ${result.tookMs} ms by worker process ${result.workerPid}.`;
  const blocks = result.blocks.map(({ word, nonce, hash }) => {
    const block = element("li", "", [
      element("strong", word),
      element("code", `${hash.slice(0, 10)}…`),
      element("span", `nonce ${nonce}`),
    ]);
    // The hash gives the colour: another word, another rainbow from there on.
    block.style.setProperty("--link-color", `hsl(${Number.parseInt(hash.slice(-4), 16) % 360} 60% 55%)`);
    return block;
  });
  find("chain").replaceChildren(...blocks);
}

find("job").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const { id } = await fetchJson("/api/jobs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: form.elements.text.value, difficulty: Number(form.elements.difficulty.value) }),
    });
    showChain(await finishedJob(id));
  } catch (error) {
    find("job-note").textContent = `That did not work: ${error.message}`;
    find("chain").replaceChildren();
  } finally {
    button.disabled = false;
  }
});

void watchStack();
