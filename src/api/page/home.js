// Shows the alerts to look at first. What was published is only ever set as text, never as markup.
"use strict";

const language = document.documentElement.lang === "es" ? "es" : "en";
const words = {
  en: {
    risk: "Risk", flagged: "Flagged for", untitled: "Untitled", unknown: "not published", none: "No alerts in this assessment.",
    shown: (count, total, day) => `${count} of ${total} alerts, as of ${day}.`,
    failed: "The alerts could not be read.",
    grades: { high: "high", medium: "medium", low: "low", not_enough_data: "not enough data" },
  },
  es: {
    risk: "Riesgo", flagged: "Señalado por", untitled: "Sin título", unknown: "no publicado", none: "No hay alertas en esta evaluación.",
    shown: (count, total, day) => `${count} de ${total} alertas, al ${day}.`,
    failed: "No se pudieron leer las alertas.",
    grades: { high: "alto", medium: "medio", low: "bajo", not_enough_data: "datos insuficientes" },
  },
}[language];
const status = document.getElementById("status");

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function amount(stake) {
  if (!stake) return "";
  // Thousands as Panama writes them in both languages.
  const written = stake.amount.toLocaleString("en-US", { maximumFractionDigits: 2 });
  return ` · ${stake.currency ?? ""} ${written}`;
}

function item(alert) {
  const made = document.createElement("li");
  const title = element("h3", "");
  const link = element("a", alert.title || alert.subject_id || words.untitled);
  link.href = `${alert.href}?lang=${language}`;
  title.append(link);
  const who = alert.buyer.name || alert.buyer.id || words.unknown;
  const year = alert.year ? ` · ${alert.year}` : "";
  const risk = `${words.risk} ${alert.risk.toFixed(0)}/100 (${words.grades[alert.grade] ?? alert.grade})`;
  made.append(
    title,
    element("p", `${who}${year}${amount(alert.amount_at_stake)} · ${risk}`, "who"),
    element("p", `${words.flagged}: ${alert.indicators.map((it) => it.title).join("; ")}`, "why"),
  );
  return made;
}

async function show() {
  const response = await fetch(`/api/v1/alerts?limit=10&lang=${language}`);
  const answer = await response.json();
  if (!response.ok) {
    status.textContent = answer.detail ?? words.failed;
    return;
  }
  document.getElementById("list").append(...answer.items.map(item));
  status.textContent = answer.total === 0 ? words.none : words.shown(answer.items.length, answer.total, answer.as_of);
}

show().catch(() => { status.textContent = words.failed; });
