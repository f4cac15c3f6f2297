"""Buttons of the actions on a case, and their sentences in the timeline."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.workflow import Labels

LABELS = {
    "open": Labels(_("Open"), _("opened the case")),
    "contribute": Labels(_("Contribute"), _("added the facts of a lead")),
    "withdraw_contribution": Labels(_("Withdraw"), _("withdrew the facts that a lead had added")),
    "classify": Labels(_("Edit title and classification"), _("edited title and classification")),
    "add_party": Labels(_("Add a party"), _("added a party")),
    "add_item": Labels(_("Add an item"), _("added an item")),
    "raise_handling": Labels(_("Raise the handling code"), _("the handling code was raised to that of a lead")),
    "change_party": Labels(_("Correct the party"), _("corrected a party")),
    "remove_party": Labels(_("Remove the party"), _("removed a party"), "danger"),
    "add_identifier": Labels(_("Add an identifier"), _("added an identifier of a party")),
    "remove_identifier": Labels(_("Remove the identifier"), _("removed an identifier of a party"), "danger"),
    "change_item": Labels(_("Correct the item"), _("corrected an item")),
    "remove_item": Labels(_("Remove the item"), _("removed an item"), "danger"),
    "change_shipment": Labels(_("Correct the shipment"), _("corrected a shipment")),
    "remove_shipment": Labels(_("Remove the shipment"), _("removed a shipment"), "danger"),
    "restore_party": Labels(_("Bring back the party"), _("brought back a removed party")),
    "restore_item": Labels(_("Bring back the item"), _("brought back a removed item")),
    "restore_shipment": Labels(_("Bring back the shipment"), _("brought back a removed shipment")),
    "add_leg": Labels(_("Add a leg"), _("added a leg of a shipment")),
    "change_leg": Labels(_("Correct the leg"), _("corrected a leg of a shipment")),
    "remove_leg": Labels(_("Remove the leg"), _("removed a leg of a shipment"), "danger"),
    "restore_leg": Labels(_("Bring back the leg"), _("brought back a removed leg of a shipment")),
    "restore_identifier": Labels(_("Bring back the identifier"), _("brought back a removed identifier")),
    "set_violation_types": Labels(_("Set the violation types"), _("set the violation types")),
    "set_techniques": Labels(_("Record techniques of evasion"), _("recorded techniques of evasion")),
    "identify_item": Labels(_("Record the control basis of an item"), _("recorded the control basis of an item")),
    "keep_basis": Labels(
        _("Keep the control basis of an item"), _("kept the control basis of an item after the rules had changed")
    ),
    "ask_news": Labels(
        _("Ask for the update of a source"), _("asked an agency to adopt the update of its source"), "primary"
    ),
    "add_shipment": Labels(_("Add a shipment"), _("added a shipment")),
    "add_act": Labels(_("Record an act"), _("recorded an act")),
    "change_act": Labels(_("Change an act"), _("changed the recorded act")),
    "share": Labels(_("Share with an agency"), _("shared the case")),
    "unshare": Labels(_("End a share"), _("ended a share"), "danger"),
    "offer_lead": Labels(_("Offer the lead"), _("offered the lead")),
    "accept_lead": Labels(_("Take over the lead"), _("took over the lead"), "primary"),
    "decline_lead": Labels(_("Decline the lead"), _("declined the lead")),
    "handle": Labels(_("Start work"), _("work on the case started")),
    "conclude": Labels(_("Conclude the case"), _("concluded the case"), "primary"),
    "close": Labels(_("Close the case"), _("closed the case"), "primary"),
    "void": Labels(_("Close as opened in error"), _("the case was closed as opened in error")),
    "reopen": Labels(_("Reopen the case"), _("reopened the case"), "danger"),
}
