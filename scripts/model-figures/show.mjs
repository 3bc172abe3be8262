// How figures look in tables: shares as percent, other numbers with three decimals.

export const percent = (value) => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '–');
export const decimal = (value, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
export const range = ([low, high]) => (Number.isFinite(low) ? `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}` : '–');
