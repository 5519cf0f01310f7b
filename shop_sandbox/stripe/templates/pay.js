"use strict";
// Nothing here is needed to pay: it groups digits, shows totals at once, and stops double presses.
const form = document.querySelector("form.checkout");
const shown = (name, text) => {
  for (const place of document.querySelectorAll(`[data-${name}]`)) place.textContent = text;
};

// A form that came back has lost the fragment by right; it must not travel on to the shop.
if (form?.hasAttribute("data-fresh") && !location.hash) document.getElementById("incomplete").hidden = false;

for (const rate of document.querySelectorAll("input[name=rate]")) {
  rate.addEventListener("change", () => {
    shown("total", rate.dataset.totalText);
    shown("shipping", rate.dataset.shippingText);
    shown("tax", rate.dataset.taxText);
    shown("pay", rate.dataset.payText);
    document.querySelector("[data-minor]").value = rate.dataset.minorText;
  });
}

const grouped = (digits) =>
  /^3[47]/.test(digits)
    ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)].filter(Boolean).join(" ")
    : (digits.match(/.{1,4}/g) || []).join(" ");
const format = (field, change) => {
  field?.addEventListener("input", (event) => {
    if (event.inputType?.startsWith("delete") || field.selectionStart !== field.value.length) return;
    field.value = change(field.value.replace(/\D/g, ""));
  });
};
format(document.getElementById("card_number"), (digits) => grouped(digits.slice(0, 19)));
format(document.getElementById("card_expiry"), (digits) =>
  digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2, 4)}`);

document.getElementById("code")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  form.requestSubmit(document.querySelector("button[value=apply]"));
});

// A made-up buyer with a published test card, for whoever only wants to see what comes next.
const EXAMPLE = {
  email: "alice@example.com", phone: "+351 912 345 678", shipping_name: "Alice Hart", shipping_line1: "Rua das Flores 12",
  shipping_postal_code: "1200-195", shipping_city: "Lisboa", billing_country: "PT", billing_line1: "Rua das Flores 12",
  billing_postal_code: "1200-195", billing_city: "Lisboa", card_number: "4242 4242 4242 4242",
  card_expiry: `12 / ${String(new Date().getFullYear() + 3).slice(2)}`, card_cvc: "123", card_name: "Alice Hart",
};
const example = document.getElementById("example");
if (example) example.hidden = false;
example?.querySelector("button").addEventListener("click", () => {
  for (const [name, value] of Object.entries(EXAMPLE)) {
    const field = form.elements[name];
    if (field && !field.value) field.value = value;
  }
  const country = form.elements.shipping_country;
  if (country?.querySelector("option[value=PT]")) country.value = "PT";
  for (const choice of form.querySelectorAll("select[name^=field_]")) {
    if (!choice.value) choice.selectedIndex = 1;
  }
  document.querySelector("button[data-pay]").focus();
});

const wrong = document.querySelector("[aria-invalid]");
wrong?.focus({ preventScroll: true });
(document.querySelector(".alert:not([hidden])") || wrong)?.scrollIntoView({ block: "center" });

let pressed = false;
form?.addEventListener("submit", (event) => {
  if (pressed) return event.preventDefault();
  pressed = true;
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => { pressed = false; });
