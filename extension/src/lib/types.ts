/** Short names of the shapes that the studio and its front end agree on; all are generated from the Python schemas. */
import type { ClientEvents, ServerEvents } from "../generated/protocol.ts";

export type { ClientEvents, ServerEvents };
export type { Protocol, SocketName } from "../generated/protocol.ts";

export type Canvas = ServerEvents["Canvas"];
export type CanvasNode = Canvas["nodes"][string];
export type CanvasEdge = Canvas["edges"][string];
export type Position = Canvas["layout"][string];
export type NodeType = ServerEvents["NodeType"];
export type InputSocket = ServerEvents["InputSocket"];
export type OutputSocket = ServerEvents["OutputSocket"];
export type Param = NodeType["params"][number];
export type ShotData = ServerEvents["ShotData"];
export type FullSync = ServerEvents["server:full_sync"];
export type Patched = ServerEvents["server:patch"];
export type Settings = FullSync["settings"];
export type Problem = FullSync["problems"][number];
export type TaskSummary = FullSync["tasks"][number];
export type NodeState = TaskSummary["state"];
export type TakeView = FullSync["takes"][string][number];
export type CutList = ServerEvents["CutList"];
export type TakeRecord = ServerEvents["TakeRecord"];
export type JobView = ServerEvents["JobView"];
export type ProjectSummary = ServerEvents["ProjectSummary"];
export type Operation = ClientEvents["client:patch"]["patch"]["operations"][number];
export type Patch = ClientEvents["client:patch"]["patch"];
export type Presence = ServerEvents["server:presence"];
export type Notice = ServerEvents["server:notice"];

/** A project on the page of cards. */
export type ProjectCard = ProjectSummary & { poster_url?: string };

/** What a pipeline node may reference. */
export interface Reference {
  reference: string;
  title: string;
  kind: string;
  description: string;
  inputs?: InputSocket[];
  params?: Param[];
}

/** An asset of the project as the palette shows it. */
export interface AssetView {
  uuid: string;
  kind: string;
  name: string;
  preview_url?: string;
}

/** A message on any carrier. */
export interface Envelope {
  type: string;
  request_id?: string | null;
  canvas?: string | null;
  payload: unknown;
}
