/** Does something behind this turn of the event loop, once for all that it is to be done for: one immediate, not one each. */
export function afterTurn<T>(act: (one: T) => void): (one: T) => void {
  const due: T[] = [];
  return (one) => {
    if (due.push(one) > 1) return;
    setImmediate(() => {
      for (const each of due.splice(0)) act(each);
    });
  };
}
