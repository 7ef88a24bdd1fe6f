"""The pages of orders."""

from django.urls import URLPattern, path

from scoring.web import order_link_views, order_views

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("", order_views.review_list, name="review"),
    path("rates/", order_views.set_rate_page, name="rate"),
    path("<uuid:order_id>/", order_views.order_page, name="order"),
    path("<uuid:order_id>/confirm/", order_views.confirm, name="confirm"),
    path("<uuid:order_id>/unlink/", order_views.unlink, name="unlink"),
    path("<uuid:order_id>/remove/", order_views.remove, name="remove"),
    path("<uuid:order_id>/restore/", order_views.restore, name="restore"),
    path("<uuid:order_id>/link/", order_link_views.link, name="link"),
]
