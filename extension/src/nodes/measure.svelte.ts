/** Svelte Flow measures sockets once; when a node gets other sockets it must be told. */
import { useUpdateNodeInternals } from "@xyflow/svelte";
import type { Sockets } from "../lib/declarations.ts";

export function updateOnChange(id: () => string, sockets: () => Sockets): void {
  const update = useUpdateNodeInternals();
  let before = "";
  $effect(() => {
    const { inputs, outputs } = sockets();
    const now = [...inputs.map((socket) => `<${socket.name}`), ...outputs.map((socket) => `>${socket.name}`)].join();
    if (before && now !== before) update(id());
    before = now;
  });
}
