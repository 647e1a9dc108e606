// Social profiles by consent: whose they are, who is asked to link, and what customers say is wrong.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf, done } from "./client";
import { useForgetting } from "./forgetting";
import type { PageWanted } from "./questions";
import type { components, operations } from "../../schema";

type Schemas = components["schemas"];
export type CustomerProfiles = Schemas["CustomerProfiles"];
export type LinkedProfile = Schemas["LinkedProfile"];
export type NetworkScores = Schemas["NetworkScores"];
export type ConsentRow = Schemas["ConsentRow"];
export type TieCount = Schemas["TieCount"];
export type Link = Schemas["LinkState"];
export type LinkState = Link["state"];
export type Invited = Schemas["Invited"];
export type InvitationImport = Schemas["InvitationImport"];
export type Contest = Schemas["ContestForStaff"];
export type AnswerInput = Schemas["AnswerInput"];
export type LinksWanted = NonNullable<operations["list_links"]["parameters"]["query"]>;

export function useProfiles(customerId: string) {
  const { api } = useShop();
  const params = { path: { customer_id: customerId } };
  return useQuery({
    queryKey: ["profiles", customerId],
    queryFn: () => dataOf(api.GET("/api/customers/{customer_id}/profiles", { params })),
  });
}

export function useLinks(wanted: LinksWanted, page: PageWanted) {
  const { api } = useShop();
  const query = { ...wanted, ...page };
  return useQuery({
    queryKey: ["links", query],
    queryFn: () => dataOf(api.GET("/api/links", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** The customer is asked to link; a handle is a suggestion. */
export function useInvite(customerId: string) {
  const { api } = useShop();
  const forget = useForgetting("links");
  const params = { path: { customer_id: customerId } };
  return useMutation({
    mutationFn: (body: { network: string; handle: string | null }) =>
      dataOf(api.POST("/api/customers/{customer_id}/invitations", { params, body })),
    onSuccess: forget,
  });
}

export function useImportInvitations() {
  const { api } = useShop();
  const forget = useForgetting("links");
  return useMutation({
    mutationFn: (csv: string) =>
      dataOf(
        api.POST("/api/invitations/import", {
          body: csv,
          bodySerializer: (text) => text,
          headers: { "content-type": "text/csv" },
        }),
      ),
    onSuccess: forget,
  });
}

export function useContests(isOpen: boolean) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["contests", isOpen],
    queryFn: () => dataOf(api.GET("/api/contests", { params: { query: { open: isOpen } } })),
    placeholderData: keepPreviousData,
  });
}

export function useAnswer(contestId: number, onAnswered: () => void) {
  const { api } = useShop();
  const forget = useForgetting("contests", "customer-rights", "rights-requests");
  const params = { path: { contest_id: contestId } };
  return useMutation({
    mutationFn: (body: AnswerInput) =>
      done(api.PUT("/api/contests/{contest_id}/answer", { params, body })),
    onSuccess: () => {
      onAnswered();
      return forget();
    },
  });
}
