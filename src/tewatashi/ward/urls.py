"""The routes of the ward."""

from __future__ import annotations

from django.urls import path

from tewatashi.sitekit import contract_paper_views, form_views, job_paper_views, paper_views, safeguard_views
from tewatashi.sitekit import urls as sitekit
from tewatashi.sitekit.urls import handler400, handler403, handler404, handler500
from tewatashi.ward import binding
from tewatashi.ward.views import (
    acts,
    books,
    carried,
    contracts,
    home,
    jobs,
    preparing,
    proofs,
    reporting,
    scans,
    seal,
    where,
)
from tewatashi.ward.views.login_notices import login_notices_page

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("closed", home.closed, name="closed"),
    path("where", where.where, name="where"),
    path("contracts/new", contracts.new, name="contract_new"),
    path("contracts/<str:number>", contracts.show, name="contract"),
    path("contracts/<str:number>/login-notices", login_notices_page, name="login_notices"),
    path("contracts/<str:number>/workflow", contracts.workflow, name="workflow"),
    path("contracts/<str:number>/accept-roster", contracts.accept_roster, name="accept_roster"),
    path("contracts/<str:number>/attach-clauses", preparing.attach_clauses, name="attach_clauses"),
    path("contracts/<str:number>/consent-place", preparing.consent_place, name="consent_place"),
    path("contracts/<str:number>/consent-category", preparing.consent_category, name="consent_category"),
    path("contracts/<str:number>/attach-certificate", preparing.attach_certificate, name="attach_certificate"),
    path("contracts/<str:number>/certificates/<str:which>.pdf", preparing.certificate_copy, name="certificate_copy"),
    path("contracts/<str:number>/accept/<str:what>", preparing.accept, name="accept_preparation"),
    path("contracts/<str:number>/proofs/<str:form>", proofs.proof, name="proof"),
    path("contracts/<str:number>/proofs/<str:form>/<str:which>-<int:n>.png", proofs.proof_page, name="proof_page"),
    path("contracts/<str:number>/proofs/<str:form>/approve", proofs.approve_proof, name="approve_proof"),
    path("contracts/<str:number>/proofs/<str:form>/send-back", proofs.send_back_proof, name="send_back_proof"),
    *contract_paper_views.patterns({"auditor", "clerk", "manager"}),
    path("registers", contracts.registers, name="registers"),
    path("jobs/new", jobs.new, name="job_new"),
    path("jobs/<str:number>", jobs.show, name="job"),
    path("jobs/<str:number>/state.json", jobs.state, name="job_state"),
    path("jobs/<str:number>/piece", jobs.piece, name="piece"),
    path("jobs/<str:number>/seal", seal.seal, name="seal"),
    path("jobs/<str:number>/password-notice", acts.password_notice, name="password_notice"),
    path("jobs/<str:number>/send", acts.send, name="send"),
    path("jobs/<str:number>/void", acts.void, name="void"),
    path("jobs/<str:number>/cancel", acts.cancel, name="cancel"),
    path("jobs/<str:number>/withdraw", acts.withdraw, name="withdraw"),
    path("jobs/<str:number>/confirm-delivery", acts.confirm_delivery, name="confirm_delivery"),
    path("jobs/<str:number>/scan-request", scans.scan_request, name="scan_request"),
    path("jobs/<str:number>/verify", scans.verify, name="verify"),
    path("jobs/<str:number>/close", acts.close, name="close"),
    path("jobs/<str:number>/receipt.pdf", jobs.receipt, name="receipt"),
    path("jobs/<str:number>/confirmations/<str:confirmation>.pdf", jobs.confirmation, name="confirmation"),
    path("jobs/<str:number>/keep-notice", carried.keep_notice, name="keep_notice"),
    path("jobs/<str:number>/make-medium", carried.make_medium, name="make_medium"),
    path("jobs/<str:number>/media/<str:medium>", carried.medium, name="medium"),
    path("jobs/<str:number>/media/<str:medium>/image.iso", carried.image, name="medium_image"),
    path("jobs/<str:number>/media/<str:medium>/label.pdf", carried.label, name="medium_label"),
    path("jobs/<str:number>/hand-medium", carried.hand_medium, name="hand_medium"),
    path("jobs/<str:number>/take-back", carried.take_back, name="take_back"),
    path("jobs/<str:number>/destroy-medium", carried.destroy_medium, name="destroy_medium"),
    path("jobs/<str:number>/shred-notice", carried.shred_notice, name="shred_notice"),
    path("jobs/<str:number>/move", carried.move, name="move"),
    path("jobs/<str:number>/lose", carried.lose, name="lose"),
    path("jobs/<str:number>/receive-report", reporting.receive_report, name="receive_report"),
    path("jobs/<str:number>/open-report", reporting.open_report, name="open_report"),
    path("jobs/<str:number>/end-report", reporting.end_report, name="end_report"),
    path("media", books.media, name="media"),
    path("media.pdf", books.media_pdf, name="media_pdf"),
    path("places", books.places, name="places"),
    path("places/book.pdf", books.book_pdf, name="book_pdf"),
    *job_paper_views.patterns({"auditor", "clerk", "manager"}, binding.bind),
    *form_views.patterns({"auditor", "clerk", "manager"}),
    *safeguard_views.patterns({"auditor", "clerk", "manager"}),
    *paper_views.patterns({"clerk", "manager"}, {"auditor", "clerk", "manager"}),
    *sitekit.patterns,
]
